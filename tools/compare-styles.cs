#:project ../src/VideoStyle.Training/VideoStyle.Training.csproj
#:property PublishAot=false
#:property NoWarn=CS1591

// Compares models of one style image with a reference: style loss and content loss.
//
//   dotnet run tools/compare-styles.cs -- STYLE_IMAGE PHOTO_FOLDER REFERENCE MODEL...
//
// Distances are relative (0 is equal) and averaged over the photos, their shorter side resized to 512 pixels. The loss
// network is the one that `videostyle weights` finds.
using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;
using VideoStyle.Training;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: dotnet run tools/compare-styles.cs -- STYLE_IMAGE PHOTO_FOLDER REFERENCE MODEL...");
    return 2;
}

try
{
    var weights = WeightsStore.User.Require();
    string[] photos = [.. Directory.EnumerateFiles(args[1], "*.*").Order(StringComparer.Ordinal)];
    StyleComparison? reference = null;
    Console.WriteLine("| model | network | shifted 1_1 | 2_1 | 3_1 | 4_1 | shifted, sum | plain, sum | content 3_1 | style / reference | content / reference |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
    foreach (var path in args[2..])
    {
        var model = StyleCatalog.BuiltIn.Resolve(path);
        var result = StyleComparison.Measure(model, args[0], photos, weights);
        reference ??= result;
        var layers = string.Join(" | ", result.Shifted.Select(d => d.ToString("0.000", CultureInfo.InvariantCulture)));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {model.Name} | {model.ArchitectureName} | {layers} | {result.Shifted.Sum():0.000} | {result.Plain.Sum():0.000} | {result.Content:0.000} | {result.Shifted.Sum() / reference.Shifted.Sum():0.00} | {result.Content / reference.Content:0.00} |"
        ));
    }

    return 0;
}
catch (VideoStyleException e)
{
    Console.Error.WriteLine($"{e.Message}\n  {e.Hint}");
    return 5;
}
