namespace Lateen.Local.Launcher;

using System.Net;
using System.Net.Sockets;
using Lateen.Local.Native;

/// <summary>The launcher's half of the control channel: opens host sockets, dials out and resolves names for the cluster.</summary>
internal sealed class HostServices(DescriptorChannel channel, EgressPolicy policy, HostResolver resolver, Action<int> onReady)
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Serves until the cluster's end of the channel is gone.</summary>
    internal void Run()
    {
        while (channel.Receive() is { } received)
        {
            ControlMessage request = ControlMessage.Decode(received.Message);
            if (request.Operation == ControlMessage.Ready)
            {
                onReady(request.Port);
                continue;
            }

            _ = Task.Run(() => AnswerAsync(request));
        }
    }

    private async Task AnswerAsync(ControlMessage request)
    {
        try
        {
            switch (request.Operation)
            {
                case ControlMessage.Dial:
                    await DialAsync(request).ConfigureAwait(false);
                    break;
                case ControlMessage.Listen:
                    Listen(request);
                    break;
                case ControlMessage.Resolve:
                    byte[] answer = await resolver.AskAsync(request.Data ?? []).ConfigureAwait(false);
                    Send(new ControlMessage(request.Id, ControlMessage.Answer, Data: answer), []);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown operation '{request.Operation}'.");
            }
        }
        catch (Exception failure)
        {
            // Whatever went wrong is the asker's to report; only a lost channel ends the launcher, and Run sees that.
            TrySend(new ControlMessage(request.Id, ControlMessage.Answer, Error: failure.Message));
        }
    }

    private async Task DialAsync(ControlMessage request)
    {
        IPAddress address = IPAddress.Parse(request.Host ?? "");
        if (policy.Refusal(address, request.Port) is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }

        IPEndPoint target = policy.Target(address, request.Port);
        using Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using CancellationTokenSource timeout = new(DialTimeout);
        await socket.ConnectAsync(target, timeout.Token).ConfigureAwait(false);
        Send(new ControlMessage(request.Id, ControlMessage.Answer), [(int)socket.Handle]);
    }

    private void Listen(ControlMessage request)
    {
        IPAddress address = IPAddress.Parse(request.Host ?? "");
        if (!IPAddress.IsLoopback(address))
        {
            throw new InvalidOperationException($"The cluster listens on the host's loopback only, not on {address}.");
        }

        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, request.Port));
        socket.Listen(1024);
        int port = ((IPEndPoint?)socket.LocalEndPoint)?.Port ?? request.Port;
        Send(new ControlMessage(request.Id, ControlMessage.Answer, Port: port), [(int)socket.Handle]);
    }

    private void Send(ControlMessage message, ReadOnlySpan<int> descriptors) => channel.Send(message.Encode(), descriptors);

    private void TrySend(ControlMessage message)
    {
        try
        {
            Send(message, []);
        }
        catch (System.ComponentModel.Win32Exception gone)
        {
            Console.Error.WriteLine($"The cluster process is gone: {gone.Message}");
        }
    }
}
