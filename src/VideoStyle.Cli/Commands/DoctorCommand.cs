using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle doctor</c>: what this installation can do, and what to type where it cannot.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object a check to standard output." };

    private sealed record Check(string Name, bool Ok, string Found, string? Fix = null);

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Command command = new("doctor", "Checks the installation: libraries, devices, styles.") { Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parse)
    {
        var checks = Checks().ToList();
        foreach (var check in checks)
        {
            if (parse.GetValue(Json))
                JsonLine.Write(new { v = 1, type = "check", name = check.Name, ok = check.Ok, found = check.Found, fix = check.Fix });
            else
                Console.Out.WriteLine($"{(check.Ok ? "ok     " : "missing")} {check.Name,-11} {check.Found}{(check.Fix is null ? "" : $"\n{"",20}{check.Fix}")}");
        }

        return checks.TrueForAll(check => check.Ok) ? ExitCode.Success : ExitCode.Runtime;
    }

    private static IEnumerable<Check> Checks()
    {
        yield return new Check("videostyle", Ok: true, $"{typeof(DoctorCommand).Assembly.GetName().Version?.ToString(3)} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        if (VideoStyleNative.Problem is { } problem)
        {
            yield return new Check("native", Ok: false, problem, "Run `make build`; it installs what is missing.");
            yield break;
        }

        yield return new Check("native", Ok: true, $"ABI {VideoStyleNative.AbiVersion}");
        yield return Unit("media", NativeUnits.Media, () => MediaInfo.Version ?? "FFmpeg");
        yield return Unit("vision", NativeUnits.Vision, () => "OpenCV, for optical flow");
        yield return Unit("kernels", NativeUnits.Kernels, () => "our own, beside libtorch's operators");
        var torch = Torch();
        yield return torch;
        if (torch.Ok)
            yield return Devices();
        var names = StyleCatalog.BuiltIn.Names;
        yield return names.Count > 0
            ? new Check("styles", Ok: true, string.Join(", ", names))
            : new Check("styles", Ok: false, "no built-in style beside the executable", "Build again with `make build`.");
        yield return new Check("memory", Ok: true, string.Create(CultureInfo.InvariantCulture,
            $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30)} GiB for {Core.Counted.Of(Environment.ProcessorCount, "core")}"));
    }

    private static Check Unit(string name, NativeUnits unit, Func<string> describe) =>
        VideoStyleNative.Units.HasFlag(unit)
            ? new Check(name, Ok: true, describe())
            : new Check(name, Ok: false, "not in this build", "Install its packages with `make setup`, then `make build`.");

    private static Check Torch()
    {
        try
        {
            TorchRuntime.Load();
            return new Check("torch", Ok: true, TorchRuntime.Description);
        }
        catch (VideoStyleException e)
        {
            return new Check("torch", Ok: false, e.Message, e.Hint);
        }
    }

    private static Check Devices()
    {
        var precision = TorchRuntime.CpuHasBFloat16 ? "bf16" : "f32";
        var cuda = Enumerable.Range(0, TorchRuntime.CudaCount)
            .Select(i => TorchRuntime.CudaInfo(i))
            .Select((gpu, i) => $"cuda:{i} ({gpu.Name}, {gpu.MemoryBytes / (1L << 30)} GiB)");
        return new Check("devices", Ok: true, string.Join(", ", cuda.Prepend($"cpu ({precision})")));
    }
}
