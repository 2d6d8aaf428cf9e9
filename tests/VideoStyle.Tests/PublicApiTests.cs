using System.Reflection;
using PublicApiGenerator;
using Shouldly;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>What programs can use of the package is changed on purpose only; <c>UPDATE_APPROVED=1</c> accepts a change.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new() { ExcludeAttributes = ["System.Runtime.CompilerServices.InternalsVisibleToAttribute"] };

    /// <summary>Gets the names of the packaged assemblies.</summary>
    public static TheoryData<string> Assemblies =>
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "VideoStyle*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void PublicApi_EachPackagedAssembly_IsAsApproved(string assembly)
    {
        var api = WithoutMetadata(Assembly.Load(assembly).GeneratePublicApi(Options)) + "\n";
        var approved = Path.Combine(Repository(), "tests", "VideoStyle.Tests", "Approved", assembly + ".txt");

        if (Environment.GetEnvironmentVariable("UPDATE_APPROVED") is "1")
            File.WriteAllText(approved, api);

        api.ShouldBe(File.Exists(approved) ? File.ReadAllText(approved) : "", "Accept with: UPDATE_APPROVED=1 dotnet test tests/VideoStyle.Tests");
    }

    /// <summary>Drops the assembly's attributes, which change with the version, and the carriage returns.</summary>
    private static string WithoutMetadata(string api) =>
        string.Join('\n', api.ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("[assembly:", StringComparison.Ordinal))).Trim();

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "VideoStyle.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside a checkout.");
    }
}
