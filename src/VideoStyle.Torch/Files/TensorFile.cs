using System.Text;
using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Torch.Files;

/// <summary>The tensors of one file, whatever its format.</summary>
/// <remarks>
/// Reads <c>.safetensors</c>, PyTorch's <c>.pth</c> (zip and legacy pickle), <c>.npz</c> and <c>.npy</c>, told apart by
/// their first bytes. Reading builds tensors and texts only: a pickle that names any function besides those that rebuild tensors
/// is refused.
/// </remarks>
internal sealed class TensorFile
{
    /// <summary>The largest file, and the largest content of a compressed one, in bytes.</summary>
    internal const int MaxBytes = 1 << 30;

    internal TensorFile(
        string path,
        IReadOnlyDictionary<string, StoredTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    ) => (Path, Tensors, Metadata) = (path, tensors, metadata ?? new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Gets the path that messages use.</summary>
    public string Path { get; }

    /// <summary>Gets the tensors by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Gets the texts that a <c>.safetensors</c> file carries; empty for other formats.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, at most 1 GiB.</param>
    /// <exception cref="VideoStyleException">The file is missing, damaged or of no known format (Model); the message names it.</exception>
    public static TensorFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Parse(path, RegularFile.ReadAllBytes(path, MaxBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new VideoStyleException(ErrorKind.Model, $"{path}: cannot be read: {e.Message}", innerException: e);
        }
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="bytes">Its content, kept by the tensors.</param>
    internal static TensorFile Parse(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return bytes.Span switch
            {
                [(byte)'P', (byte)'K', ..] => ZipReader.Read(path, bytes),
                [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => NumpyReader.Read(path, bytes),
                // Before pickles: a header of 0x280 bytes begins as they do, and none of theirs has a brace there.
                [_, _, _, _, _, _, _, _, (byte)'{', ..] => SafetensorsReader.Read(path, bytes),
                [0x80, >= 2 and <= 5, ..] => TorchReader.ReadLegacy(path, bytes),
                _ => throw new InvalidDataException("it is no .safetensors, .pth, .npz or .npy file"),
            };
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or JsonException or OverflowException or DecoderFallbackException)
        {
            throw new VideoStyleException(
                ErrorKind.Model,
                $"{path}: cannot be read as a model: {e.Message}",
                "Download or convert the file again.",
                e
            );
        }
    }
}
