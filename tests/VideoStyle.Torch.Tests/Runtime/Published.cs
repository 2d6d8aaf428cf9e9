using System.Diagnostics;
using System.Runtime.CompilerServices;
using Shouldly;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Torch.Tests.Runtime;

/// <summary>The libraries that the build restored, and what binutils says of a library.</summary>
internal static class Published
{
    /// <summary>Where the build found them, or where <c>LIBTORCH</c> leads, which these tests run with too.</summary>
    public static TorchFolders Folders { get; } = TorchFolders.Find(AppContext.BaseDirectory, Environment.GetEnvironmentVariable("LIBTORCH"));

    /// <summary>TorchSharp's library as its package has it.</summary>
    public static byte[] TorchSharp => File.ReadAllBytes(Folders.TorchSharp);

    /// <summary>Tests may reach TorchSharp before they call anything of ours; its libraries must be loaded then too.</summary>
    [ModuleInitializer]
    internal static void Prepare() => RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);

    public static string[] ReadElf(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("readelf", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return output.Split('\n');
    }
}
