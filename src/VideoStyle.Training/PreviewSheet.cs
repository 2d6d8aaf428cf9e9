using VideoStyle.Native.Media;
using VideoStyle.Networks;

namespace VideoStyle.Training;

/// <summary>Three content pictures above their paintings, as a file that a person can open while training goes on.</summary>
internal sealed class PreviewSheet : IDisposable
{
    /// <summary>The columns.</summary>
    internal const int Count = 3;

    private const int Size = 384; // a multiple of every network's stride

    private readonly Tensor _pictures;

    internal PreviewSheet(ContentSet content, long seed)
    {
        using var scope = NewDisposeScope();
        var random = new StepRandom(seed, 0, "preview");
        Tensor[] pictures = [.. Enumerable.Range(0, Count).Select(_ => content.Draw(Size, random).Picture)];
        _pictures = cat(pictures, 0).DetachFromDisposeScope();
    }

    /// <summary>Paints the pictures, each told its column, and writes the sheet.</summary>
    internal void Write(string path, Func<Tensor, int, Tensor> paint)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var columns = new Tensor[Count];
        for (var i = 0; i < Count; i++)
        {
            var picture = _pictures.narrow(0, i, 1);
            columns[i] = cat([picture, paint(picture, i).to(ScalarType.Float32, CPU)], 2);
        }

        using var frame = Pixels.ToFrame(cat(columns, 3));
        ImageFile.Write(path, frame);
    }

    public void Dispose() => _pictures.Dispose();
}
