namespace VideoStyle.Native.Torch;

/// <content>The operators: thin names over libtorch's.</content>
public sealed unsafe partial class Tensor
{
    private static readonly AtenOperator AddTensor = new("aten::add", "Tensor");
    private static readonly AtenOperator AddScalar = new("aten::add", "Scalar");
    private static readonly AtenOperator SubTensor = new("aten::sub", "Tensor");
    private static readonly AtenOperator SubScalar = new("aten::sub", "Scalar");
    private static readonly AtenOperator MulTensor = new("aten::mul", "Tensor");
    private static readonly AtenOperator MulScalar = new("aten::mul", "Scalar");
    private static readonly AtenOperator DivTensor = new("aten::div", "Tensor");
    private static readonly AtenOperator DivScalar = new("aten::div", "Scalar");
    private static readonly AtenOperator PowScalar = new("aten::pow", "Tensor_Scalar");
    private static readonly AtenOperator SumAll = new("aten::sum");
    private static readonly AtenOperator MeanAll = new("aten::mean");
    private static readonly AtenOperator MeanDims = new("aten::mean", "dim");
    private static readonly AtenOperator AbsOperator = new("aten::abs");
    private static readonly AtenOperator SqrtOperator = new("aten::sqrt");
    private static readonly AtenOperator Log1pOperator = new("aten::log1p");
    private static readonly AtenOperator MatmulOperator = new("aten::matmul");
    private static readonly AtenOperator TransposeOperator = new("aten::transpose", "int");
    private static readonly AtenOperator PermuteOperator = new("aten::permute");
    private static readonly AtenOperator ReshapeOperator = new("aten::reshape");
    private static readonly AtenOperator UnsqueezeOperator = new("aten::unsqueeze");
    private static readonly AtenOperator NarrowOperator = new("aten::narrow");
    private static readonly AtenOperator SelectOperator = new("aten::select", "int");
    private static readonly AtenOperator CatOperator = new("aten::cat");
    private static readonly AtenOperator FlipOperator = new("aten::flip");
    private static readonly AtenOperator ClampOperator = new("aten::clamp");
    private static readonly AtenOperator ContiguousOperator = new("aten::contiguous");
    private static readonly AtenOperator ToType = new("aten::to", "dtype");
    private static readonly AtenOperator ToDeviceOperator = new("aten::to", "device");
    private static readonly AtenOperator CloneOperator = new("aten::clone");
    private static readonly AtenOperator DetachOperator = new("aten::detach");
    private static readonly AtenOperator CopyInto = new("aten::copy_");
    private static readonly AtenOperator MulInto = new("aten::mul_", "Scalar");
    private static readonly AtenOperator LerpInto = new("aten::lerp_", "Scalar");
    private static readonly AtenOperator ZerosOperator = new("aten::zeros");
    private static readonly AtenOperator RandnOperator = new("aten::randn");
    private static readonly AtenOperator RandOperator = new("aten::rand");

    /// <summary>Adds, broadcasting.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => AddTensor.Call(left, right);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Tensor left, double right) => AddScalar.Call(left, right);

    /// <summary>Subtracts, broadcasting.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => SubTensor.Call(left, right);

    /// <summary>Subtracts a number from each element.</summary>
    public static Tensor operator -(Tensor left, double right) => SubScalar.Call(left, right);

    /// <summary>Multiplies element by element, broadcasting.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => MulTensor.Call(left, right);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Tensor left, double right) => MulScalar.Call(left, right);

    /// <summary>Divides element by element, broadcasting.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => DivTensor.Call(left, right);

    /// <summary>Divides each element by a number.</summary>
    public static Tensor operator /(Tensor left, double right) => DivScalar.Call(left, right);

    /// <summary>Zeros of a shape.</summary>
    public static Tensor Zeros(params long[] shape) => ZerosOperator.Call(shape);

    /// <summary>Standard normal numbers from the seeded generator.</summary>
    public static Tensor Randn(params long[] shape) => RandnOperator.Call(shape);

    /// <summary>Uniform numbers in [0, 1) from the seeded generator.</summary>
    public static Tensor Rand(params long[] shape) => RandOperator.Call(shape);

    /// <summary>Joins tensors along a dimension.</summary>
    public static Tensor Cat(Tensor[] tensors, int dim) => CatOperator.Call(tensors, dim);

    /// <summary>Gets the size of one dimension.</summary>
    public long Size(int dim) => Shape[dim];

    /// <summary>Raises each element to a power.</summary>
    public Tensor Pow(double exponent) => PowScalar.Call(this, exponent);

    /// <summary>Sums all elements.</summary>
    public Tensor Sum() => SumAll.Call(this);

    /// <summary>Averages all elements.</summary>
    public Tensor Mean() => MeanAll.Call(this);

    /// <summary>Averages over some dimensions.</summary>
    public Tensor Mean(params long[] dims) => MeanDims.Call(this, dims);

    /// <summary>Absolute values.</summary>
    public Tensor Abs() => AbsOperator.Call(this);

    /// <summary>Square roots.</summary>
    public Tensor Sqrt() => SqrtOperator.Call(this);

    /// <summary>ln(1 + x).</summary>
    public Tensor Log1p() => Log1pOperator.Call(this);

    /// <summary>Matrix product, in batches where there are more than two dimensions.</summary>
    public Tensor Matmul(Tensor other) => MatmulOperator.Call(this, other);

    /// <summary>Exchanges two dimensions; a view.</summary>
    public Tensor Transpose(int first, int second) => TransposeOperator.Call(this, first, second);

    /// <summary>Reorders the dimensions; a view.</summary>
    public Tensor Permute(params long[] dims) => PermuteOperator.Call(this, dims);

    /// <summary>The same elements in another shape.</summary>
    public Tensor Reshape(params long[] shape) => ReshapeOperator.Call(this, shape);

    /// <summary>Inserts a dimension of size 1; a view.</summary>
    public Tensor Unsqueeze(int dim) => UnsqueezeOperator.Call(this, dim);

    /// <summary>Cuts a range out of one dimension; a view.</summary>
    public Tensor Narrow(int dim, long start, long length) => NarrowOperator.Call(this, dim, start, length);

    /// <summary>Picks one index of a dimension, which goes away; a view.</summary>
    public Tensor Select(int dim, long index) => SelectOperator.Call(this, dim, index);

    /// <summary>Reverses some dimensions.</summary>
    public Tensor Flip(params long[] dims) => FlipOperator.Call(this, dims);

    /// <summary>Limits each element to a range.</summary>
    public Tensor Clamp(double low, double high) => ClampOperator.Call(this, low, high);

    /// <summary>The same values in a memory format; the same memory where it has that format already.</summary>
    public Tensor Contiguous(MemoryFormat format = MemoryFormat.Contiguous) => ContiguousOperator.Call(this, format);

    /// <summary>The same values as another kind of number.</summary>
    public Tensor To(ScalarType scalarType) => ToType.Call(this, scalarType);

    /// <summary>The same values on a device, as a kind of number.</summary>
    public Tensor To(TorchDevice device, ScalarType scalarType) => ToDeviceOperator.Call(this, device, scalarType);

    /// <summary>A copy with memory of its own.</summary>
    public Tensor Clone() => CloneOperator.Call(this);

    /// <summary>The same memory without the record of where it came from.</summary>
    public Tensor Detach() => DetachOperator.Call(this);

    /// <summary>Overwrites the values with another tensor's.</summary>
    public Tensor Copy_(Tensor source)
    {
        CopyInto.Run(this, source);
        return this;
    }

    /// <summary>Multiplies the values by a number in place.</summary>
    public Tensor Mul_(double factor)
    {
        MulInto.Run(this, factor);
        return this;
    }

    /// <summary>Moves the values towards another tensor's in place.</summary>
    /// <param name="end">The values at weight 1.</param>
    /// <param name="weight">0 leaves the tensor as it is.</param>
    public Tensor Lerp_(Tensor end, double weight)
    {
        LerpInto.Run(this, end, weight);
        return this;
    }
}
