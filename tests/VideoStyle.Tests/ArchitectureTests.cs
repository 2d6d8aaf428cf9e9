using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace VideoStyle.Tests;

/// <summary>What the projects may use, and how large they may grow.</summary>
public sealed partial class ArchitectureTests
{
    private const int MaxMedianFile = 80;
    private const int MaxProject = 6000;

    private static readonly string Sources = Path.Combine(Fixtures.Repository, "src");

    private static readonly string[] Allowed =
    [
        "VideoStyle.Native -> VideoStyle.Core",
        "VideoStyle.OpticalFlow -> VideoStyle.Core",
        "VideoStyle.Torch -> VideoStyle.Native",
        "VideoStyle.Networks -> VideoStyle.Torch",
        "VideoStyle.Metrics -> VideoStyle.Networks",
        "VideoStyle.Training -> VideoStyle.Metrics",
        "VideoStyle.Judging -> VideoStyle.Training",
        "VideoStyle -> VideoStyle.Metrics",
        "VideoStyle -> VideoStyle.OpticalFlow",
        "VideoStyle -> VideoStyle.Training",
        "VideoStyle.Serving -> VideoStyle",
        "VideoStyle.Live -> VideoStyle.Serving",
        "VideoStyle.Watch -> VideoStyle.Serving",
        "VideoStyle.Cli -> VideoStyle.Live",
        "VideoStyle.Cli -> VideoStyle.Judging",
        "VideoStyle.Cli -> VideoStyle.Watch",
    ];

    public static TheoryData<string> Projects => [.. Names];

    private static IEnumerable<string> Names => Directory.GetDirectories(Sources, "VideoStyle*").Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);

    private static IEnumerable<Assembly> Libraries =>
        Directory.GetFiles(AppContext.BaseDirectory, "VideoStyle*.dll")
            .Where(file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal))
            .Select(Assembly.LoadFrom);

    [Fact]
    public void Projects_ReferToEachOther_OnlyAsAllowed() => References().ShouldBe(Allowed, ignoreOrder: true);

    [Fact]
    public void Readme_ProjectReferences_AreThoseOfTheProjectFiles()
    {
        var drawn = Arrow().Matches(File.ReadAllText(Path.Combine(Sources, "README.md"))).Select(match => match.Value);

        drawn.ShouldBe(References(), ignoreOrder: true);
    }

    [Fact]
    public void Core_Packages_AreNone() =>
        XDocument.Load(Path.Combine(Sources, "VideoStyle.Core", "VideoStyle.Core.csproj")).Descendants("PackageReference").ShouldBeEmpty();

    [Fact]
    public void Interfaces_OfEveryLibrary_HaveNoDefaultMembers() =>
        Libraries.SelectMany(library => library.GetTypes())
            .Where(type => type.IsInterface)
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsAbstract)
            .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}")
            .ShouldBeEmpty();

    [Fact]
    public void PublicProperties_OfEveryLibrary_AreOfAKnownType() =>
        Libraries.SelectMany(library => library.GetExportedTypes())
            .SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(property => property.PropertyType == typeof(object))
            .Select(property => $"{property.DeclaringType!.FullName}.{property.Name}")
            .ShouldBeEmpty();

    [Fact]
    public void SourceFiles_OfAllProjects_AreShortInTheMedian()
    {
        var lines = Names.SelectMany(Files).Select(file => File.ReadLines(file).Count()).Order().ToList();

        lines[lines.Count / 2].ShouldBeLessThanOrEqualTo(MaxMedianFile);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_AllItsFiles_StayUnderTheLimit(string project) =>
        Files(project).Sum(file => File.ReadLines(file).Count()).ShouldBeLessThanOrEqualTo(MaxProject);

    // The shell translates properties into its options; a program that uses the library has none.
    [Fact]
    public void Messages_OfTheLibrary_SpeakOfPropertiesAndNotOfOptions() =>
        Names.Where(name => name is not ("VideoStyle.Cli" or "VideoStyle.Watch" or "VideoStyle.Serving" or "VideoStyle.Live"))
            .SelectMany(Files)
            .SelectMany(file => File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Option().IsMatch(line)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}"))
            .ShouldBeEmpty();

    private static IEnumerable<string> Files(string project) => Directory.EnumerateFiles(Path.Combine(Sources, project), "*.cs", SearchOption.AllDirectories);

    private static List<string> References() =>
    [
        .. from project in Names
           from reference in XDocument.Load(Path.Combine(Sources, project, project + ".csproj")).Descendants("ProjectReference")
           select $"{project} -> {Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)}",
    ];

    [GeneratedRegex(@"^VideoStyle[.\w]* -> VideoStyle[.\w]*$", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Arrow();

    [GeneratedRegex("\"[^\"]*(?<![-\\w])--[a-z][a-z-]*[^\"]*\"", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Option();
}
