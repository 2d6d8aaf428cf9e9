#:project ../src/VideoStyle.Training/VideoStyle.Training.csproj
#:property PublishAot=false
#:property NoWarn=CS1591

// Sets ways to paint after any picture beside each other: how near they come to the paintings in style, and to the photos
// in content.
//
//   dotnet run tools/compare-any-style.cs -- PAINTING_FOLDER PHOTO_FOLDER PHOTOS SIZE METHOD...
//
// Every painting is put on the first PHOTOS photos, whose shorter side is brought to SIZE pixels. A METHOD is what `videostyle
// convert --any-style` takes; the first is the reference. Distances are relative (0 is equal).
using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Styling;
using VideoStyle.Networks;
using VideoStyle.Networks.AnyStyle;
using VideoStyle.Networks.Training;
using VideoStyle.Networks.Weights;

if (
    args.Length < 5
    || !int.TryParse(args[2], CultureInfo.InvariantCulture, out var count)
    || !int.TryParse(args[3], CultureInfo.InvariantCulture, out var size)
    || count < 1
    || size < 64
)
{
    Console.Error.WriteLine("usage: dotnet run tools/compare-any-style.cs -- PAINTING_FOLDER PHOTO_FOLDER PHOTOS SIZE METHOD...");
    return 2;
}

try
{
    var weights = WeightsStore.User.Require();
    string[] paintings = [.. Directory.EnumerateFiles(args[0], "*.*").Order(StringComparer.Ordinal)];
    string[] photos = [.. Directory.EnumerateFiles(args[1], "*.*").Order(StringComparer.Ordinal).Take(count)];
    Console.WriteLine("| painting | method | shifted, sum | plain, sum | content 3_1 |");
    Console.WriteLine("|---|---|---|---|---|");
    var sums = args[4..].ToDictionary(m => m, _ => (Shifted: 0.0, Plain: 0.0, Content: 0.0), StringComparer.Ordinal);
    foreach (var painting in paintings)
    {
        foreach (var method in args[4..])
        {
            using var stylizer = AnyStyleStylizer.Create(
                (device, type) => AnyStyleMethod.Open(method, WeightsStore.User, device, type),
                [painting],
                new StyleSchedule([(TimeSpan.Zero, [1])]),
                strength: 1,
                new StylizerOptions { Device = "cpu" }
            );
            var result = StyleComparison.Measure(stylizer.Paint, painting, photos, weights, photoSize: size);
            var (shifted, plain) = (result.Shifted.Sum(), result.Plain.Sum());
            var sum = sums[method];
            sums[method] = (sum.Shifted + shifted / paintings.Length, sum.Plain + plain / paintings.Length, sum.Content + result.Content / paintings.Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileNameWithoutExtension(painting)} | {method} | {shifted:0.000} | {plain:0.000} | {result.Content:0.000} |"));
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
