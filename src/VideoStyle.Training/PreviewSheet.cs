using VideoStyle.Native.Media;
using VideoStyle.Networks;

namespace VideoStyle.Training;

/// <summary>A preview of the training: three content images above their stylized versions.</summary>
internal sealed class PreviewSheet : IDisposable
{
    /// <summary>The number of columns.</summary>
    internal const int Count = 3;

    private const int Size = 384; // a multiple of every network's stride

    private readonly Tensor _images;

    internal PreviewSheet(ContentDataset content, long seed)
    {
        using var scope = NewDisposeScope();
        var random = new CounterRandom(seed, 0, "preview");
        Tensor[] images = [.. Enumerable.Range(0, Count).Select(_ => content.Draw(Size, random).Image)];
        _images = cat(images, 0).DetachFromDisposeScope();
    }

    /// <summary>Stylizes the images, each with its column's index, and writes the preview.</summary>
    internal void Write(string path, Func<Tensor, int, Tensor> stylize)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var columns = new Tensor[Count];
        for (var i = 0; i < Count; i++)
        {
            var image = _images.narrow(0, i, 1);
            columns[i] = cat([image, stylize(image, i).to(ScalarType.Float32, CPU)], 2);
        }

        using var frame = Pixels.ToFrame(cat(columns, 3));
        ImageFile.Write(path, frame);
    }

    /// <summary>Averages what a measure says of the images; null where it says nothing.</summary>
    internal TrainingQuality? Judge(Func<Tensor, int, TrainingQuality?> judge)
    {
        using var scope = NewDisposeScope();
        var all = Enumerable.Range(0, Count).Select(i => judge(_images.narrow(0, i, 1), i)).OfType<TrainingQuality>().ToList();
        return all.Count == 0 ? null : new TrainingQuality(all.Average(q => q.Style), all.Average(q => q.Content));
    }

    public void Dispose() => _images.Dispose();
}
