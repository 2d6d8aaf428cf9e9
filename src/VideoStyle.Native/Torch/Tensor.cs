using VideoStyle.Native.Interop;

namespace VideoStyle.Native.Torch;

/// <summary>An array of numbers that libtorch computes with.</summary>
/// <remarks>
/// Methods carry PyTorch's names and mean what they mean there; each returns a new tensor unless its name ends in
/// <c>_</c>, which changes the tensor itself. Dispose tensors, or make them inside a <see cref="TensorScope"/>: they hold
/// memory that the garbage collector does not see. One tensor may be read from several threads.
/// </remarks>
public sealed unsafe partial class Tensor : IDisposable
{
    private const int MaxRank = 8;
    private readonly TensorHandle _handle;

    internal Tensor(nint tensor)
    {
        _handle = new TensorHandle(tensor);
        TensorScope.Register(this);
    }

    /// <summary>Gets the sizes, <c>[N, C, H, W]</c> for pictures.</summary>
    public long[] Shape => Describe().Shape;

    /// <summary>Gets the kind of number.</summary>
    public ScalarType ScalarType => Describe().ScalarType;

    /// <summary>Gets a value indicating whether the tensor lives on a GPU.</summary>
    public bool IsCuda => Describe().DeviceType == 1;

    /// <summary>Gets the number of elements.</summary>
    public long NumElements
    {
        get
        {
            var count = 1L;
            foreach (var size in Shape)
                count *= size;
            return count;
        }
    }

    /// <summary>Gets the gradient that <see cref="Backward"/> left, or null.</summary>
    public Tensor? Grad
    {
        get
        {
            NativeMethods.TensorGrad(_handle, out var gradient).ThrowIfFailed();
            return gradient == 0 ? null : new Tensor(gradient);
        }
    }

    internal nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _handle.DangerousGetHandle();
        }
    }

    /// <summary>Copies values into a new tensor on the host.</summary>
    /// <typeparam name="T">A number type that <c>ScalarType</c> has.</typeparam>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Sizes whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The sizes do not match the values.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        fixed (T* data = values)
        {
            using var wrapped = Detached(data, values.Length, ScalarTypeOf<T>(), shape);
            return wrapped.Clone();
        }
    }

    /// <summary>Copies raw values into a new tensor on the host, for kinds of number that C# lacks.</summary>
    /// <param name="bytes">Row-major, little-endian.</param>
    /// <param name="scalarType">What the bytes are.</param>
    /// <param name="shape">Sizes whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The sizes do not match the bytes.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, ScalarType scalarType, params long[] shape)
    {
        fixed (byte* data = bytes)
        {
            using var wrapped = Detached(data, bytes.Length / scalarType.SizeInBytes(), scalarType, shape);
            return wrapped.Clone();
        }
    }

    /// <summary>Lets libtorch see memory without copying it.</summary>
    /// <typeparam name="T">A number type that <c>ScalarType</c> has.</typeparam>
    /// <param name="data">Pinned for as long as the tensor, or any view of it, lives.</param>
    /// <param name="length">Number of values.</param>
    /// <param name="shape">Sizes whose product is <paramref name="length"/>.</param>
    public static Tensor Wrap<T>(T* data, long length, params long[] shape)
        where T : unmanaged => Detached(data, length, ScalarTypeOf<T>(), shape);

    /// <summary>Copies the values to the host, row-major.</summary>
    /// <typeparam name="T">The kind of number to convert to.</typeparam>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        var values = new T[NumElements];
        CopyTo<T>(values);
        return values;
    }

    /// <summary>Copies the values to the host, row-major.</summary>
    /// <typeparam name="T">The kind of number to convert to.</typeparam>
    /// <param name="values">Exactly as many values as the tensor has.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void CopyTo<T>(Span<T> values)
        where T : unmanaged
    {
        if (values.Length != NumElements)
            throw new ArgumentException($"The tensor has {NumElements} values, the buffer {values.Length}.", nameof(values));
        fixed (T* start = values)
        {
            var target = start is null ? (T*)1 : start; // an empty tensor still needs an address
            NativeMethods.TensorRead(_handle, (int)ScalarTypeOf<T>(), target, (long)values.Length * sizeof(T)).ThrowIfFailed();
        }
    }

    /// <summary>Gets the value of a tensor with one element.</summary>
    public double Item() => ToArray<double>().Single();

    /// <summary>Makes the tensor one whose gradient is wanted, or no longer.</summary>
    /// <param name="required">Whether gradients gather in <see cref="Grad"/>.</param>
    /// <returns>The same tensor.</returns>
    public Tensor RequiresGrad_(bool required = true)
    {
        NativeMethods.TensorSetRequiresGrad(_handle, required ? 1 : 0).ThrowIfFailed();
        return this;
    }

    /// <summary>Adds the gradient of this scalar to every tensor that it was computed from.</summary>
    public void Backward() => NativeMethods.TensorBackward(_handle).ThrowIfFailed();

    /// <summary>Forgets the gradient.</summary>
    public void ClearGrad() => NativeMethods.TensorClearGrad(_handle).ThrowIfFailed();

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();

    /// <inheritdoc />
    public override string ToString() => $"{ScalarType} [{string.Join(", ", Shape)}]";

    private static Tensor Detached(void* data, long length, ScalarType scalarType, long[] shape)
    {
        LibTorch.Require();
        ArgumentNullException.ThrowIfNull(shape);
        var expected = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (expected != length)
            throw new ArgumentException($"[{string.Join(", ", shape)}] is {expected} values, got {length}.", nameof(shape));
        fixed (long* sizes = shape)
        {
            var address = data is null ? (void*)1 : data;
            NativeMethods.TensorWrap(address, sizes, shape.Length, (int)scalarType, out var tensor).ThrowIfFailed();
            return new Tensor(tensor);
        }
    }

    private static ScalarType ScalarTypeOf<T>() =>
        default(T) switch
        {
            float => ScalarType.Float32,
            double => ScalarType.Float64,
            byte => ScalarType.UInt8,
            sbyte => ScalarType.Int8,
            short => ScalarType.Int16,
            int => ScalarType.Int32,
            long => ScalarType.Int64,
            Half => ScalarType.Float16,
            bool => ScalarType.Bool,
            _ => throw new NotSupportedException($"There is no tensor of {typeof(T).Name}."),
        };

    private (long[] Shape, ScalarType ScalarType, int DeviceType) Describe()
    {
        var sizes = stackalloc long[MaxRank];
        NativeMethods.TensorInfo(_handle, sizes, null, MaxRank, out var rank, out var dtype, out var device).ThrowIfFailed();
        return (new ReadOnlySpan<long>(sizes, rank).ToArray(), (ScalarType)dtype, device);
    }
}
