using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Engines;
using VideoStyle.Native;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;
using VideoStyle.Native.Vision;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle bench flow FRAME1 FRAME2 TRUTH</c>: how exact and how fast the flow estimators are.</summary>
internal static class FlowBenchCommand
{
    private static readonly Argument<string> First = new("frame1") { Description = "The picture whose pixels are followed." };

    private static readonly Argument<string> Second = new("frame2") { Description = "The picture in which they are found." };

    private static readonly Argument<string> Truth = new("truth") { Description = "The true flow, .flo or KITTI .png; Middlebury's other-data has such." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object an estimator to standard output." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Command command = new("flow", "Measures every flow estimator against a known truth.") { First, Second, Truth, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        VideoStyleNative.Require(NativeUnits.Media | NativeUnits.Vision);
        var (first, second) = (ReadLuma(parse.GetRequiredValue(First)), ReadLuma(parse.GetRequiredValue(Second)));
        var path = parse.GetRequiredValue(Truth);
        var truth = FlowFile.Read(path, new PngFile());
        if ((truth.Width, truth.Height) != (first.Width, first.Height) || (second.Width, second.Height) != (first.Width, first.Height))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: is {truth.Width}x{truth.Height}, the pictures are {first.Width}x{first.Height} and {second.Width}x{second.Height}.");

        var table = new Table().RoundedBorder().AddColumn("estimator");
        table.AddColumns(new TableColumn("end-point error px").RightAligned(), new TableColumn("over 3 px").RightAligned(), new TableColumn("ms").RightAligned());
        foreach (var name in FlowEstimators.Names)
        {
            using var estimator = FlowEstimators.Create(name);
            var error = EndPointError.Of(estimator.Estimate(first, second), truth);
            var milliseconds = MedianMilliseconds(() => estimator.Estimate(first, second));
            if (parse.GetValue(Json))
                JsonLine.Write(new { v = 1, type = "flow-error", estimator = estimator.Description, endPointErrorPx = error.MeanPx, over3Px = error.Over3Px, error.KnownPixels, milliseconds });
            table.AddRow(
                estimator.Description,
                error.MeanPx.ToString("0.000", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{100 * error.Over3Px:0.0} %"),
                milliseconds.ToString("0.0", CultureInfo.InvariantCulture)
            );
        }

        if (!parse.GetValue(Json))
            AnsiConsole.Write(table);
        return ExitCode.Success;
    }

    private static LumaImage ReadLuma(string path)
    {
        using var frame = ImageFile.Read(path);
        return LumaReducer.Reduce(frame, factor: 1);
    }

    private static double MedianMilliseconds(Action action)
    {
        var times = new double[9];
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }
}
