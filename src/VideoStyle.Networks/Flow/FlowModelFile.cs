using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Flow;

/// <summary>Reads the file of a flow network.</summary>
internal static class FlowModelFile
{
    /// <summary>Reads a file and checks that it holds every weight.</summary>
    /// <exception cref="VideoStyleException">It is missing, damaged or no flow network (Model).</exception>
    internal static TensorFile Read(string path)
    {
        var file = TensorFile.Read(path);
        foreach (var (name, shape) in FlowNetwork.Parameters)
        {
            if (!file.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(shape))
                throw new VideoStyleException(
                    ErrorKind.Model,
                    $"{path}: is no flow network of this version: '{name}' is missing or of another size.",
                    "Train one with `videostyle train flow`.");
        }

        return file;
    }
}
