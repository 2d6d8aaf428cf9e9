using System.CommandLine;
using System.Globalization;
using VideoStyle.Cli.Output;
using VideoStyle.Core.Errors;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Cli.Commands;

/// <summary><c>videostyle weights</c>.</summary>
internal static class WeightsCommand
{
    private static readonly Option<bool> Fetch = new("--fetch") { Description = "Download without asking." };

    private static readonly Option<bool> Json = new("--json") { Description = "Write events as one JSON object a line to standard output." };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Command command = new("weights", "Finds or fetches the loss network that training needs (VGG-19).") { Fetch, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var json = parse.GetValue(Json);
        var store = WeightsStore.User;
        if (store.Find() is { } found)
            return Tell(found, json);

        var published = PublishedWeights.Vgg19;
        if (!parse.GetValue(Fetch) && !Agrees(store, published))
            throw new VideoStyleException(
                ErrorKind.Model,
                $"The weights of the loss network are not on this machine (looked in {store.Cache}).",
                $"Type `videostyle weights --fetch` to download {published.Length >> 20} MiB from {published.Address.Host}, or set VIDEOSTYLE_WEIGHTS."
            );

        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30) };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var path = await store.FetchAsync(published, client, new Progress(published.Length, json), cancellationToken).ConfigureAwait(false);
        return Tell(path, json);
    }

    private static bool Agrees(WeightsStore store, PublishedWeights published)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            return false;
        Console.Error.WriteLine($"VGG-19 ({published.Licence}), {published.Length >> 20} MiB from {published.Address}");
        Console.Error.Write($"Download it and keep 14 MiB of it in {store.Cache}? [Y/n] ");
        return Console.ReadLine()?.Trim() is "" or "y" or "Y" or "yes";
    }

    private static int Tell(string path, bool json)
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "done", path });
        else
            Console.Out.WriteLine(path);
        return ExitCode.Success;
    }

    /// <summary>A percentage in place on a terminal, at each tenth elsewhere.</summary>
    private sealed class Progress(long length, bool json) : IProgress<long>
    {
        private long _shown = -1;

        public void Report(long value)
        {
            var percent = 100 * value / length;
            var step = Console.IsErrorRedirected || json ? percent / 10 : percent;
            if (Interlocked.Exchange(ref _shown, step) == step)
                return;
            if (json)
                JsonLine.Write(new { v = 1, type = "progress", bytes = value, of = length });
            else if (Console.IsErrorRedirected)
                Chatter.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{percent} %"));
            else
                Chatter.Write(string.Create(CultureInfo.InvariantCulture, $"\r{percent,3} % of {length >> 20} MiB{(value == length ? "\n" : "")}"));
        }
    }
}
