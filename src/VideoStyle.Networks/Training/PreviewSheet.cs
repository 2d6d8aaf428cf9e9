using VideoStyle.Native.Media;
using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.Training;

/// <summary>Three content pictures above their paintings, as a file that a person can open while training goes on.</summary>
internal sealed class PreviewSheet : IDisposable
{
    /// <summary>The columns.</summary>
    internal const int Count = 3;

    private const int Size = 384; // a multiple of every network's stride

    private readonly Tensor _pictures;

    internal PreviewSheet(ContentSet content, long seed)
    {
        using var scope = new TensorScope();
        var random = new StepRandom(seed, 0, "preview");
        Tensor[] pictures = [.. Enumerable.Range(0, Count).Select(_ => content.Draw(Size, random).Picture)];
        _pictures = TensorScope.Release(Tensor.Cat(pictures, 0));
    }

    /// <summary>Paints the pictures, each told its column, and writes the sheet.</summary>
    internal void Write(string path, Func<Tensor, int, Tensor> paint)
    {
        using var scope = new TensorScope();
        using var noGrad = LibTorch.NoGrad();
        var columns = new Tensor[Count];
        for (var i = 0; i < Count; i++)
        {
            var picture = _pictures.Narrow(0, i, 1);
            columns[i] = Tensor.Cat([picture, paint(picture, i).To(TorchDevice.Cpu, ScalarType.Float32)], 2);
        }

        using var frame = Pixels.ToFrame(Tensor.Cat(columns, 3));
        ImageFile.Write(path, frame);
    }

    public void Dispose() => _pictures.Dispose();
}
