using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace VideoStyle.Serving;

/// <summary>The files of a page, which are resources of the assembly whose page it is; what all pages share is here.</summary>
internal static class PageFiles
{
    private static readonly (string Extension, string Type)[] Types =
    [
        (".html", "text/html; charset=utf-8"),
        (".js", "text/javascript; charset=utf-8"),
        (".css", "text/css; charset=utf-8"),
        (".svg", "image/svg+xml"),
    ];

    /// <summary>Serves <c>page.html</c> as <c>/</c>, and other files under their names.</summary>
    /// <param name="routes">Receives the routes.</param>
    /// <param name="own">The assembly of the page.</param>
    public static void Map(IEndpointRouteBuilder routes, Assembly own)
    {
        routes.MapGet("/", () => Resource(own, "page.html"));
        foreach (var name in own.GetManifestResourceNames().Where(name => name.StartsWith("page.", StringComparison.Ordinal) && name is not "page.html"))
            routes.MapGet("/" + name, () => Resource(own, name));
        foreach (var name in (string[])["page.css", "page.svg"])
            routes.MapGet("/" + name, () => Resource(typeof(PageFiles).Assembly, name));
    }

    /// <summary>Reads a text that all pages share.</summary>
    public static string Text(string name)
    {
        using StreamReader reader = new(Open(typeof(PageFiles).Assembly, name));
        return reader.ReadToEnd();
    }

    private static IResult Resource(Assembly assembly, string name) =>
        Results.Stream(Open(assembly, name), Array.Find(Types, type => name.EndsWith(type.Extension, StringComparison.Ordinal)).Type);

    private static Stream Open(Assembly assembly, string name) =>
        assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in this build.");
}
