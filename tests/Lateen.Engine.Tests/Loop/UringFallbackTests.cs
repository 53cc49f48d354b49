namespace Lateen.Engine.Tests.Loop;

using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

/// <summary>Under real filters of system calls: what container runtimes put around a proxy.</summary>
public sealed class UringFallbackTests
{
    private const int NotPermitted = 1;
    private const int NoSystemCall = 38;
    private const uint Setup = 425;
    private const uint Enter = 426;
    private const uint Register = 427;

    [Theory]
    [InlineData(new[] { Setup, Enter, Register }, NotPermitted, "forbidden")]
    [InlineData(new[] { Setup, Enter, Register }, NoSystemCall, "no io_uring")]
    [InlineData(new[] { Enter }, NotPermitted, "cannot be entered")]
    [InlineData(new[] { Register }, NotPermitted, "forbidden")]
    public void A_sandbox_without_io_uring_gets_epoll_and_says_why(uint[] calls, int errno, string why) =>
        SystemCallFilter.RunWithout(calls, errno, () =>
        {
            using SocketLoop loop = SocketLoop.Create(0);
            Assert.Equal("epoll", loop.Backend);
            Assert.Contains(why, loop.FallbackReason, StringComparison.Ordinal);
            Assert.Equal("hello", Echo(loop));
        });

    [Fact]
    public void Asking_for_io_uring_by_name_fails_in_a_sandbox_without_it() =>
        SystemCallFilter.RunWithout([Setup], NotPermitted, () =>
        {
            IOException refusal = Assert.Throws<IOException>(
                () => SocketLoop.Create(0, options: LoopOptions.Default with { Backend = LoopBackend.IoUring }));
            Assert.Contains("Use epoll", refusal.Message, StringComparison.Ordinal);
        });

    private static string Echo(SocketLoop loop)
    {
        var server = new RawHandler();
        server.WhenData = c => c.Write("hello"u8);
        var client = new RawHandler { WhenConnected = static c => c.Write("?"u8), WhenData = _ => loop.RequestStop() };
        SocketAddress address = loop.Listen(SocketAddress.V4(0x7F00_0001, 0), default, new DelegateAcceptHandler(c => c.Handler = server)).LocalAddress;
        loop.Connect(address, default, client);
        loop.Arm(new DelegateTimer(loop.RequestStop), 5_000_000);
        loop.Run();
        return client.Received;
    }
}
