namespace Lateen.Local.Launcher;

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Lateen.Local.Native;

/// <summary>The cluster's half of the control channel: what it needs from the host's network, it asks here.</summary>
internal sealed class HostGateway(DescriptorChannel channel)
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<(ControlMessage Message, int[] Descriptors)>> _waiting = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastId;

    /// <summary>Completes when the launcher asks for an end, or is gone.</summary>
    internal Task Stopped => _stopped.Task;

    internal void Start()
    {
        Thread reader = new(Read) { IsBackground = true, Name = "lateen-control" };
        reader.Start();
    }

    internal async Task<Socket> DialAsync(IPAddress address, int port)
    {
        (_, int[] descriptors) = await AskAsync(ControlMessage.Dial, address.ToString(), port, null).ConfigureAwait(false);
        return new Socket(new SafeSocketHandle(descriptors[0], ownsHandle: true));
    }

    /// <summary>Opens a listening socket in the host's network and returns its descriptor with the port it got.</summary>
    internal async Task<(int Descriptor, int Port)> ListenAsync(IPAddress address, int port)
    {
        (ControlMessage message, int[] descriptors) =
            await AskAsync(ControlMessage.Listen, address.ToString(), port, null).ConfigureAwait(false);
        return (descriptors[0], message.Port);
    }

    internal async Task<byte[]> ResolveAsync(byte[] query) =>
        (await AskAsync(ControlMessage.Resolve, null, 0, query).ConfigureAwait(false)).Message.Data ?? [];

    internal void TellReady(int apiPort) => channel.Send(new ControlMessage(0, ControlMessage.Ready, Port: apiPort).Encode(), []);

    private async Task<(ControlMessage Message, int[] Descriptors)> AskAsync(string operation, string? host, int port, byte[]? data)
    {
        long id = Interlocked.Increment(ref _lastId);
        TaskCompletionSource<(ControlMessage, int[])> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            channel.Send(new ControlMessage(id, operation, host, port, data).Encode(), []);
            (ControlMessage message, int[] descriptors) = await answer.Task.WaitAsync(TimeSpan.FromSeconds(15)).ConfigureAwait(false);
            return message.Error is { } error ? throw new InvalidOperationException(error) : (message, descriptors);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private void Read()
    {
        while (channel.Receive() is { } received)
        {
            ControlMessage message = ControlMessage.Decode(received.Message);
            if (message.Operation == ControlMessage.Stop)
            {
                _stopped.TrySetResult();
            }
            else if (!_waiting.TryRemove(message.Id, out var answer) || !answer.TrySetResult((message, received.Descriptors)))
            {
                // Nobody waits any more (timed out): the descriptors are still ours to close.
                foreach (int descriptor in received.Descriptors)
                {
                    _ = LinuxCalls.Close(descriptor);
                }
            }
        }

        _stopped.TrySetResult();
    }
}
