#:project ../src/VideoStyle.Judging/VideoStyle.Judging.csproj
#:property PublishAot=false
#:property NoWarn=CS1591

// Compares methods of arbitrary style transfer: the style loss against the style images, and the content loss against the photos.
//
//   dotnet run tools/compare-any-style.cs -- STYLE_FOLDER PHOTO_FOLDER PHOTOS SIZE METHOD...
//
// Every style image is applied to the first PHOTOS photos, their shorter side resized to SIZE pixels. A METHOD is a name of
// ArbitraryStyleMethod, or a model file; the first is the reference. Distances are relative (0 is equal).
using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Weights;
using VideoStyle.Judging;

if (
    args.Length < 5
    || !int.TryParse(args[2], CultureInfo.InvariantCulture, out var count)
    || !int.TryParse(args[3], CultureInfo.InvariantCulture, out var size)
    || count < 1
    || size < 64
)
{
    Console.Error.WriteLine("usage: dotnet run tools/compare-any-style.cs -- STYLE_FOLDER PHOTO_FOLDER PHOTOS SIZE METHOD...");
    return 2;
}

try
{
    var weights = WeightsStore.User.Require();
    string[] styleImages = [.. Directory.EnumerateFiles(args[0], "*.*").Order(StringComparer.Ordinal)];
    string[] photos = [.. Directory.EnumerateFiles(args[1], "*.*").Order(StringComparer.Ordinal).Take(count)];
    Console.WriteLine("| style image | method | shifted, sum | plain, sum | content 3_1 |");
    Console.WriteLine("|---|---|---|---|---|");
    var sums = args[4..].ToDictionary(m => m, _ => (Shifted: 0.0, Plain: 0.0, Content: 0.0), StringComparer.Ordinal);
    foreach (var styleImage in styleImages)
    {
        foreach (var method in args[4..])
        {
            using var stylizer = ArbitraryStylizer.Create(
                (device, type) => ArbitraryStyleMethod.Open(method, WeightsStore.User, device, type),
                [styleImage],
                new StyleSchedule([(TimeSpan.Zero, [1])]),
                strength: 1,
                new StylizerOptions { Device = "cpu" }
            );
            var result = StyleComparison.Measure(stylizer.Paint, styleImage, photos, weights, photoSize: size);
            var (shifted, plain) = (result.Shifted.Sum(), result.Plain.Sum());
            var sum = sums[method];
            sums[method] = (sum.Shifted + shifted / styleImages.Length, sum.Plain + plain / styleImages.Length, sum.Content + result.Content / styleImages.Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileNameWithoutExtension(styleImage)} | {method} | {shifted:0.000} | {plain:0.000} | {result.Content:0.000} |"));
        }
    }

    var reference = sums[args[4]];
    foreach (var (method, mean) in sums)
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| **mean** | {method} | {mean.Shifted:0.000} ({mean.Shifted / reference.Shifted:0.00} ×) | {mean.Plain:0.000} ({mean.Plain / reference.Plain:0.00} ×) | {mean.Content:0.000} ({mean.Content / reference.Content:0.00} ×) |"
        ));
    return 0;
}
catch (VideoStyleException e)
{
    Console.Error.WriteLine($"compare-any-style: {e.Message}{(e.Hint is null ? "" : $"\n  {e.Hint}")}");
    return 1;
}
