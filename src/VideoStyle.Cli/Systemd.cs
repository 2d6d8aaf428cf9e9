using System.Net.Sockets;
using System.Text;

namespace VideoStyle.Cli;

/// <summary>Tells systemd about the service, as sd_notify(3) describes; does nothing elsewhere.</summary>
/// <remarks>The notifier of <c>Microsoft.Extensions.Hosting.Systemd</c> throws where the socket is gone.</remarks>
internal static class Systemd
{
    /// <summary>Sends a state, such as <c>READY=1</c>.</summary>
    public static void Notify(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not [_, _, ..] path)
            return;
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
            socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException)
        {
            // Whoever asked to be told is gone.
        }
    }
}
