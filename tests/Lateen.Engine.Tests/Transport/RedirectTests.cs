namespace Lateen.Engine.Tests.Transport;

using System.Diagnostics;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

/// <summary>
/// SO_ORIGINAL_DST against real iptables. The first test runs the other ones of this class in a network namespace of their own.
/// </summary>
public sealed class RedirectTests
{
    private const int CapturePort = 15001;
    private const int ServicePort = 9080;

    [Fact]
    public void The_original_destination_survives_iptables_redirect()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/unshare"), "Needs root and unshare.");
        string script = $"""
            set -e
            ip link set lo up
            iptables -t nat -A OUTPUT -p tcp --dport {ServicePort} -j REDIRECT --to-ports {CapturePort}
            ip6tables -t nat -A OUTPUT -p tcp --dport {ServicePort} -j REDIRECT --to-ports {CapturePort}
            exec "{Environment.ProcessPath}" -class {typeof(RedirectTests).FullName} -explicit only
            """;
        var start = new ProcessStartInfo("/usr/bin/unshare", ["--net", "sh", "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process? inside = Process.Start(start);
        string output = inside?.StandardOutput.ReadToEnd() + inside?.StandardError.ReadToEnd();
        inside?.WaitForExit();

        Assert.True(inside?.ExitCode == 0 && output.Contains("Failed: 0, Skipped: 0, Not Run: 1,", StringComparison.Ordinal), output);
    }

    [Fact(Explicit = true)]
    public void Inside_ipv4_is_redirected() =>
        AssertRedirected(SocketAddress.V4(0, CapturePort), SocketAddress.V4(0x7F00_0007, ServicePort));

    [Fact(Explicit = true)]
    public void Inside_ipv6_is_redirected() => AssertRedirected(SocketAddress.V6(0, CapturePort), SocketAddress.V6(1, ServicePort));

    private static void AssertRedirected(SocketAddress capture, SocketAddress service)
    {
        using var fixture = new LoopbackFixture();
        SocketAddress original = default;
        bool redirected = false;
        SocketAddress direct = default;
        bool directIsRedirected = true;
        bool first = true;

        fixture.OnLoop(loop =>
        {
            loop.Listen(capture, default, new DelegateAcceptHandler(c =>
            {
                c.Handler = new RawHandler();
                if (first)
                {
                    first = false;
                    redirected = c.TryGetOriginalDestination(out original);
                    loop.Connect(service.WithPort(CapturePort), default, new RawHandler());
                }
                else
                {
                    directIsRedirected = c.TryGetOriginalDestination(out direct);
                    direct = c.LocalAddress;
                }
            }));
            loop.Connect(service, default, new RawHandler());
        });
        fixture.Until(() => !direct.IsNone);

        Assert.True(redirected);
        Assert.Equal(service, original);
        Assert.False(directIsRedirected);
    }
}
