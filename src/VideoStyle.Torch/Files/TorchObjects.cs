namespace VideoStyle.Torch.Files;

/// <summary>The functions and classes that PyTorch's checkpoints name.</summary>
internal static class TorchObjects
{
    internal static PickleReference? Find(string module, string name) =>
        (module, name) switch
        {
            ("collections", "OrderedDict") => new(PickleGlobal.OrderedDict),
            ("torch._utils", "_rebuild_tensor") => new(PickleGlobal.RebuildTensor),
            ("torch._utils", "_rebuild_tensor_v2") => new(PickleGlobal.RebuildTensorV2),
            ("torch._utils", "_rebuild_parameter") => new(PickleGlobal.RebuildParameter),
            ("torch", _) when StorageType(name) is { } type => new(PickleGlobal.Storage, type),
            _ => null,
        };

    internal static object? Rebuild(PickleReference function, object?[] arguments) =>
        (function.Kind, arguments) switch
        {
            (PickleGlobal.OrderedDict, _) => Dictionary(arguments),
            (PickleGlobal.RebuildParameter, [PickleTensor tensor, ..]) => tensor,
            (
                PickleGlobal.RebuildTensor or PickleGlobal.RebuildTensorV2,
                [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..]
            ) => new PickleTensor(storage, offset, Sizes(shape), Sizes(strides)),
            _ => throw new InvalidDataException("its pickle rebuilds a tensor from the wrong values"),
        };

    /// <summary>A persistent id: <c>('storage', type, key, location, count[, view])</c>; the location is ignored.</summary>
    internal static PickleStorage Storage(object?[] id) =>
        id is ["storage", PickleReference { Kind: PickleGlobal.Storage } type, string key, _, long count, ..]
        && (id.Length == 5 || id[5] is null)
            ? new PickleStorage(type.Dtype, key, count)
            : throw new InvalidDataException("its pickle has a storage of an unknown form");

    private static PickleDictionary Dictionary(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments is [List<object?> pairs])
        {
            foreach (var pair in pairs)
            {
                if (pair is object?[] and [var key, var value])
                    dictionary.Set(key, value);
                else if (pair is List<object?> and [var listKey, var listValue])
                    dictionary.Set(listKey, listValue);
            }
        }

        return dictionary;
    }

    private static long[] Sizes(object?[] values) =>
        [.. values.Select(v => v is long size ? size : throw new InvalidDataException("a tensor has a size that is no number"))];

    private static StoredDtype? StorageType(string name) =>
        name switch
        {
            "DoubleStorage" => StoredDtype.Float64,
            "FloatStorage" => StoredDtype.Float32,
            "HalfStorage" => StoredDtype.Float16,
            "BFloat16Storage" => StoredDtype.BFloat16,
            "LongStorage" => StoredDtype.Int64,
            "IntStorage" => StoredDtype.Int32,
            "ShortStorage" => StoredDtype.Int16,
            "CharStorage" => StoredDtype.Int8,
            "ByteStorage" => StoredDtype.Byte,
            "BoolStorage" => StoredDtype.Bool,
            _ => null,
        };
}
