using System.Buffers.Binary;
using System.Numerics;

namespace VideoStyle.Torch.Files;

/// <summary>Reads PyTorch's checkpoints: the zip archive of 1.6 and later, and the consecutive pickles before.</summary>
internal static class TorchReader
{
    private const int MaxDepth = 8;
    private const int MaxTensors = 100_000;
    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Names under which checkpoints with more than weights keep the weights, in order of preference.</summary>
    private static readonly string[] WeightNames = ["state_dict", "model", "model_state_dict", "params_ema", "params", "net", "network", "generator"];

    internal static TensorFile ReadZip(string path, ReadOnlyMemory<byte> pickle, Func<string, byte[]> readStorage)
    {
        var storages = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        return Collect(
            path,
            new Unpickler(path, pickle).Load(),
            storage => storages.TryGetValue(storage.Key, out var bytes)
                ? bytes
                : storages[storage.Key] = readStorage(storage.Key)
        );
    }

    internal static TensorFile ReadLegacy(string path, ReadOnlyMemory<byte> bytes)
    {
        var reader = new Unpickler(path, bytes);
        if (reader.Load() is not BigInteger magic || magic != LegacyMagic)
            throw new InvalidDataException("it is a pickle, but not one of PyTorch's");
        _ = reader.Load(); // protocol version
        _ = reader.Load(); // sizes and byte order of the writer
        var root = reader.Load();
        if (reader.Load() is not List<object?> keys)
            throw new InvalidDataException("its list of storages is missing");

        // The storages follow in the order of the keys, each after its length in elements.
        var storages = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var key in keys.OfType<string>())
        {
            var count = BinaryPrimitives.ReadInt64LittleEndian(reader.Next(8));
            if (!reader.StorageTypes.TryGetValue(key, out var type))
                throw new InvalidDataException($"its storage '{key}' belongs to no tensor");
            var start = reader.Position;
            var length = reader.Next(checked(count * type.ElementSize())).Length;
            storages[key] = bytes.Slice(start, length);
        }

        return Collect(
            path,
            root,
            storage => storages.TryGetValue(storage.Key, out var found)
                ? found
                : throw new InvalidDataException($"its storage '{storage.Key}' is missing")
        );
    }

    private static TensorFile Collect(string path, object? root, Func<PickleStorage, ReadOnlyMemory<byte>> storageOf)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in Flatten(Weights(root)))
            tensors[name] = new StoredTensor(tensor.Storage.Dtype, tensor.Shape, tensor.Strides, storageOf(tensor.Storage), tensor.Offset);
        if (tensors.Count == 0)
            throw new InvalidDataException("it holds no tensors; save the state_dict of the network");

        const string Parallel = "module."; // put before every name by torch.nn.DataParallel
        return tensors.Keys.All(name => name.StartsWith(Parallel, StringComparison.Ordinal))
            ? new TensorFile(path, tensors.ToDictionary(t => t.Key[Parallel.Length..], t => t.Value, StringComparer.Ordinal))
            : new TensorFile(path, tensors);
    }

    /// <summary>Finds the weights in a checkpoint that also holds an epoch, an optimizer and the like.</summary>
    private static object? Weights(object? root)
    {
        for (var depth = 0; depth < MaxDepth && root is PickleDictionary { Entries: var entries }; depth++)
        {
            if (entries.Values.Any(v => v is PickleTensor))
                return root;
            var name = Array.Find(WeightNames, n => entries.TryGetValue(n, out var v) && v is PickleDictionary);
            if (name is not null)
                root = entries[name];
            else if (entries.Values.OfType<PickleDictionary>().ToList() is [var only])
                root = only;
            else
                return root;
        }

        return root;
    }

    /// <summary>Lists the tensors of nested dictionaries with dotted names; bounded, because a pickle can nest one in itself.</summary>
    private static List<(string Name, PickleTensor Tensor)> Flatten(object? root)
    {
        var found = new List<(string, PickleTensor)>();
        var budget = MaxTensors;
        Visit("", root, 0);
        return found;

        void Visit(string name, object? value, int depth)
        {
            if (--budget < 0)
                throw new InvalidDataException("it holds too many values");
            if (value is PickleTensor tensor)
                found.Add((name, tensor));
            else if (value is PickleDictionary dictionary && depth < MaxDepth)
                foreach (var (key, child) in dictionary.Entries)
                    Visit(name.Length == 0 ? key : $"{name}.{key}", child, depth + 1);
        }
    }
}
