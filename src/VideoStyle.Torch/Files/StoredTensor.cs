using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Files;

/// <summary>A tensor stored in a file; copied on request only.</summary>
/// <remarks>
/// Readers check that every element is inside the storage before they make one, so that nothing here can fail on hostile input, and a
/// file cannot make a tensor larger than itself.
/// </remarks>
internal sealed class StoredTensor
{
    private readonly ReadOnlyMemory<byte> _storage;
    private readonly long _offset;
    private readonly long[] _strides;

    internal StoredTensor(StoredDtype dtype, long[] shape, ReadOnlyMemory<byte> storage)
        : this(dtype, shape, RowMajor(shape), storage, 0) { }

    /// <summary>Describes a view into a storage; offset and strides in elements.</summary>
    /// <exception cref="InvalidDataException">The view reaches outside the storage, or is larger than it.</exception>
    internal StoredTensor(StoredDtype dtype, long[] shape, long[] strides, ReadOnlyMemory<byte> storage, long offset)
    {
        (Dtype, Shape, _strides, _storage, _offset) = (dtype, shape, strides, storage, offset);
        if (shape.Length > 8 || strides.Length != shape.Length || Array.Exists(shape, s => s < 0) || Array.Exists(strides, s => s < 0))
            throw new InvalidDataException("a tensor's shape makes no sense");

        var available = storage.Length / dtype.ElementSize();
        var (count, last) = (1L, offset);
        for (var i = 0; i < shape.Length; i++)
        {
            count = checked(count * shape[i]);
            last = checked(last + Math.Max(0, shape[i] - 1) * strides[i]);
        }

        if (count > 0 && (offset < 0 || last >= available || count > available))
            throw new InvalidDataException("a tensor reaches outside its storage");
        Count = count;
    }

    /// <summary>Gets the dtype.</summary>
    public StoredDtype Dtype { get; }

    /// <summary>Gets the sizes.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Gets the number of elements.</summary>
    public long Count { get; }

    /// <summary>Copies the values into a tensor.</summary>
    /// <returns>A tensor on the host that the caller owns.</returns>
    public Tensor ToTensor()
    {
        long[] shape = [.. Shape];
        return HostTensor.FromBytes(ToBytes(), (ScalarType)Dtype, shape);
    }

    /// <summary>Gets the values, row-major and little-endian.</summary>
    public ReadOnlySpan<byte> ToBytes()
    {
        var size = Dtype.ElementSize();
        var source = _storage.Span;
        if (Count == 0)
            return [];
        if (_strides.AsSpan().SequenceEqual(RowMajor([.. Shape])))
            return source.Slice(checked((int)(_offset * size)), checked((int)(Count * size)));

        var bytes = new byte[checked(Count * size)];
        var index = new long[Shape.Count];
        for (long i = 0, element = _offset; i < Count; i++)
        {
            source.Slice((int)(element * size), size).CopyTo(bytes.AsSpan((int)(i * size)));
            for (var d = index.Length - 1; d >= 0; d--)
            {
                element += _strides[d];
                if (++index[d] < Shape[d])
                    break;
                element -= _strides[d] * index[d];
                index[d] = 0;
            }
        }

        return bytes;
    }

    private static long[] RowMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        var next = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = next;
            next = checked(next * Math.Max(1, shape[i]));
        }

        return strides;
    }
}
