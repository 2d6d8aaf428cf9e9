using System.Runtime.InteropServices;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Torch.Tensors;

/// <summary>Copies between arrays and tensors on the host.</summary>
internal static class HostTensor
{
    /// <summary>Copies values into a new tensor.</summary>
    /// <typeparam name="T">A type that <see cref="DtypeOf{T}"/> knows.</typeparam>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Sizes whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The sizes do not match the values.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged => FromBytes(MemoryMarshal.AsBytes(values), DtypeOf<T>(), shape);

    /// <summary>Copies raw values into a new tensor, for dtypes that C# lacks.</summary>
    /// <param name="bytes">Row-major, little-endian.</param>
    /// <param name="dtype">The dtype of the bytes.</param>
    /// <param name="shape">Sizes whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The sizes do not match the bytes.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, ScalarType dtype, params long[] shape)
    {
        TorchRuntime.Load();
        ArgumentNullException.ThrowIfNull(shape);
        var expected = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (expected * dtype.ElementSize() != bytes.Length)
            throw new ArgumentException($"[{string.Join(", ", shape)}] is {expected} values, got {bytes.Length / dtype.ElementSize()}.", nameof(shape));
        var tensor = empty(shape, dtype);
        if (bytes.Length > 0)
            bytes.CopyTo(BytesOf(tensor));
        return tensor;
    }

    /// <summary>Copies the values of a tensor of any device, layout and dtype, row-major.</summary>
    /// <typeparam name="T">The type to convert to.</typeparam>
    public static T[] ToArray<T>(this Tensor tensor)
        where T : unmanaged
    {
        var values = new T[tensor.numel()];
        tensor.CopyTo<T>(values);
        return values;
    }

    /// <summary>Copies the values of a tensor of any device, layout and dtype, row-major.</summary>
    /// <typeparam name="T">The type to convert to.</typeparam>
    /// <param name="tensor">The tensor.</param>
    /// <param name="values">Exactly as many values as the tensor has.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void CopyTo<T>(this Tensor tensor, Span<T> values)
        where T : unmanaged
    {
        if (values.Length != tensor.numel())
            throw new ArgumentException($"The tensor has {tensor.numel()} values, the buffer {values.Length}.", nameof(values));
        if (values.IsEmpty)
            return;
        using var recording = no_grad();
        using var converted = tensor.to(DtypeOf<T>(), CPU);
        using var dense = converted.contiguous();
        MemoryMarshal.Cast<byte, T>(BytesOf(dense)).CopyTo(values);
    }

    /// <summary>Gets the dtype of a C# type.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static ScalarType DtypeOf<T>()
        where T : unmanaged =>
        default(T) switch
        {
            float => ScalarType.Float32,
            double => ScalarType.Float64,
            byte => ScalarType.Byte,
            sbyte => ScalarType.Int8,
            short => ScalarType.Int16,
            int => ScalarType.Int32,
            long => ScalarType.Int64,
            Half => ScalarType.Float16,
            bool => ScalarType.Bool,
            _ => throw new NotSupportedException($"There is no tensor of {typeof(T).Name}."),
        };

    // At most 2 GiB, like TorchSharp's own spans; images and weights are smaller.
    private static unsafe Span<byte> BytesOf(Tensor dense) =>
        new((void*)TensorMemory.AddressOf(dense), checked((int)(dense.numel() * dense.dtype.ElementSize())));
}
