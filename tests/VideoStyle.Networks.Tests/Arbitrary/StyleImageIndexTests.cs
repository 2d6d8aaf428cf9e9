using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Arbitrary;

namespace VideoStyle.Networks.Tests.Arbitrary;

public sealed class StyleImageIndexTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-collection-").FullName;
    private readonly string _cache = Directory.CreateTempSubdirectory("videostyle-cache-").FullName;

    [NativeFact]
    public void FindNearest_FrameLikeOnePicture_FindsIt()
    {
        WritePictures();
        using var folder = StyleImageIndex.Open(_folder, _cache);

        for (var i = 0; i < Kinds.Length; i++)
        {
            using var frame = Draw(140, 110, Kinds[i], seed: 100 + i);
            var found = folder.FindNearest(frame, 2);
            Path.GetFileName(folder.Images[found[0].Image]).ShouldBe($"{i}.png");
            found[0].Similarity.ShouldBeGreaterThan(found[1].Similarity);
        }
    }

    [NativeFact]
    public void Open_Again_ReadsWhatWasComputedAndOnlyComputesWhatChanged()
    {
        WritePictures();
        using (StyleImageIndex.Open(_folder, _cache))
        {
            // Writes the cache.
        }

        var cache = Directory.GetFiles(_cache).ShouldHaveSingleItem();
        var written = File.GetLastWriteTimeUtc(cache);
        using (StyleImageIndex.Open(_folder, _cache))
            File.GetLastWriteTimeUtc(cache).ShouldBe(written);
        File.WriteAllText(cache, "no longer a cache");

        using var again = StyleImageIndex.Open(_folder, _cache);

        again.Images.Count.ShouldBe(Kinds.Length);
        new FileInfo(cache).Length.ShouldBeGreaterThan(10_000);
    }

    [NativeFact]
    public void Open_FolderWithoutPictures_ThrowsInputErrorThatNamesIt()
    {
        File.WriteAllText(Path.Combine(_folder, "readme.txt"), "nothing");

        var error = Should.Throw<VideoStyleException>(() => StyleImageIndex.Open(_folder, _cache));

        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain($"{_folder}: holds no images");
    }

    [NativeFact]
    public void Open_PictureThatIsBroken_IsLeftOutWithANote()
    {
        WritePictures();
        File.WriteAllText(Path.Combine(_folder, "broken.jpg"), "no picture");

        using var folder = StyleImageIndex.Open(_folder, _cache);

        folder.Images.Count.ShouldBe(Kinds.Length);
        folder.Notes.ShouldHaveSingleItem().ShouldContain("broken.jpg");
    }

    [NativeFact]
    public void Decide_TwoShots_ChoosesForEachAndTellsWhy()
    {
        WritePictures();
        List<StyleChoice> choices = [];
        using CollectionAssignment assignment = new(StyleImageIndex.Open(_folder, _cache), nearest: 1, choices.Add);

        for (var i = 0; i < 6; i++)
        {
            using var frame = Draw(140, 110, Kinds[i < 3 ? 0 : 2], seed: i < 3 ? 1 : 2);
            (frame.Index, frame.Time) = (i, TimeSpan.FromSeconds(i));
            assignment.Decide(frame).Weights.Sum().ShouldBe(1, 1e-9);
        }

        choices.Count.ShouldBe(2);
        choices[1].Begin.ShouldBe(TimeSpan.FromSeconds(3));
        Path.GetFileName(choices[0].Images[0].Path).ShouldBe("0.png");
        choices[1].ToString().ShouldStartWith("shot 2 at 3 s: style 2.png (similarity ");
    }

    [NativeFact]
    public void Decide_TheNearestTwo_MixesThemByTheirLikeness()
    {
        WritePictures();
        using CollectionAssignment assignment = new(StyleImageIndex.Open(_folder, _cache), nearest: 2, chosen: null);
        using var frame = Draw(140, 110, Kinds[1], seed: 9);

        var weights = assignment.Decide(frame).Weights;

        weights.Count(s => s > 0).ShouldBe(2);
        weights.Sum().ShouldBe(1, 1e-9);
        weights[1].ShouldBe(weights.Max());
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_cache, recursive: true);
    }

    private static readonly Func<int, int, Random, (byte, byte, byte)>[] Kinds =
    [
        (x, _, r) => ((byte)(200 + r.Next(50)), (byte)(x / 10 % 2 * 60), 10),
        (_, y, r) => (10, (byte)(40 + r.Next(20)), (byte)(150 + y / 6 % 2 * 90)),
        (x, y, r) => ((byte)r.Next(256), (byte)r.Next(256), (byte)((x + y) % 256)),
    ];

    private void WritePictures()
    {
        for (var i = 0; i < Kinds.Length; i++)
        {
            using var frame = Draw(120, 100, Kinds[i], seed: i);
            ImageFile.Write(Path.Combine(_folder, $"{i}.png"), frame);
        }
    }

    private static Frame Draw(int width, int height, Func<int, int, Random, (byte R, byte G, byte B)> color, int seed)
    {
        Random random = new(seed);
        var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < width * height; i++)
            (frame.Pixels[3 * i], frame.Pixels[3 * i + 1], frame.Pixels[3 * i + 2]) = color(i % width, i / width, random);
        return frame;
    }
}
