using Shouldly;
using VideoStyle.Core.Media;
using Xunit;

namespace VideoStyle.Core.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void Core_References_NothingButTheBaseClassLibrary()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        var foreign = typeof(Frame)
            .Assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !File.Exists(Path.Combine(runtime, name + ".dll")));

        foreign.ShouldBeEmpty();
    }

    [Fact]
    public void Core_PublicTypes_NameNoEngine()
    {
        string[] engines = ["ffmpeg", "opencv", "torch", "sqlite"];

        var named = typeof(Frame)
            .Assembly.GetExportedTypes()
            .Where(type => engines.Any(engine => type.Name.Contains(engine, StringComparison.OrdinalIgnoreCase)))
            .Select(type => type.FullName);

        named.ShouldBeEmpty();
    }
}
