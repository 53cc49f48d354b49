namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

/// <summary>Length of the whole good answer that these bytes begin with; 0 while more must come, -1 when it is not the answer expected.</summary>
internal delegate int AnswerReader(ReadOnlySpan<byte> received);

/// <summary>
/// A well-behaved client on one connection that asks at an even pace and notes how long each answer took. It has a thread of its own
/// with blocking calls, so that neither the thread pool nor a garbage collection of its own making is in the figures.
/// </summary>
internal sealed class SecondClient : IDisposable
{
    // Timers end a little late, so this is some 900 requests a second.
    private static readonly long s_interval = Stopwatch.Frequency / 1_000;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = 10_000,
        SendTimeout = 10_000,
    };

    private readonly Pause _pause = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Func<int, byte[]> _request;
    private readonly AnswerReader _answer;
    private int _filled;
    private int _asked;

    /// <summary>Connects; <paramref name="request"/> gives the bytes of the n-th request (from 0), with whatever opens the connection in the first.</summary>
    public SecondClient(int port, Func<int, byte[]> request, AnswerReader answer)
    {
        _request = request;
        _answer = answer;
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>Asks until the work is done; how long the answers took. Throws at the first that is wrong, late or missing.</summary>
    public async Task<Latencies> MeasureAsync(Func<Task> work)
    {
        using var stop = new CancellationTokenSource();
        Task<Latencies> asking = Task.Factory.StartNew(
            () => Ask(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await work();
        }
        finally
        {
            await stop.CancelAsync();
            await asking;
        }

        return await asking;
    }

    /// <summary>Asks for so long.</summary>
    public Task<Latencies> MeasureAsync(TimeSpan time) =>
        MeasureAsync(() => Task.Delay(time, TestContext.Current.CancellationToken));

    public void Dispose()
    {
        _socket.Dispose();
        _pause.Dispose();
    }

    private Latencies Ask(CancellationToken stop)
    {
        RealTime.Enter();
        var times = new List<double>(16 * 1024);
        long due = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            // A request that had to wait for the answer before it waited on the proxy's account; one that a timer woke late did not.
            long start = Stopwatch.GetTimestamp();
            if (start < due)
            {
                _pause.Wait();
                start = Stopwatch.GetTimestamp();
            }
            else
            {
                start = due;
            }

            AskOnce();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            due = start + s_interval;
        }

        return new Latencies(times);
    }

    private void AskOnce()
    {
        byte[] request = _request(_asked++);
        for (int sent = 0; sent < request.Length;)
        {
            sent += _socket.Send(request, sent, request.Length - sent, SocketFlags.None);
        }

        int length;
        while ((length = _answer(_buffer.AsSpan(0, _filled))) == 0)
        {
            int count = _socket.Receive(_buffer, _filled, _buffer.Length - _filled, SocketFlags.None);
            Assert.True(count > 0, $"the proxy closed the connection at request {_asked}");
            _filled += count;
        }

        Assert.True(length > 0, $"request {_asked} got a wrong answer: {System.Text.Encoding.Latin1.GetString(_buffer, 0, _filled)}");
        _buffer.AsSpan(length, _filled - length).CopyTo(_buffer);
        _filled -= length;
    }
}
