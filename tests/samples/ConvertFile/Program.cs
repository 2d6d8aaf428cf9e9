// Converts a video with a built-in style: ConvertFile INPUT OUTPUT [STYLE]
using VideoStyle;

var options = new StylerOptions { Style = new() { Name = args.ElementAtOrDefault(2) ?? "starry_night" } };
using var styler = new VideoStyler(options);
var progress = new Progress<ConversionEvent>(Console.Error.WriteLine);

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

var result = await styler.ConvertAsync(args[0], args[1], progress, stop.Token);
Console.WriteLine(result);
