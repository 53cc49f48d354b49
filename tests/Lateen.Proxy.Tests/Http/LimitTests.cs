namespace Lateen.Proxy.Tests.Http;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class LimitTests
{
    [Fact]
    public void A_stream_that_lasts_too_long_is_answered_504_with_DT()
    {
        using var proxy = new TestProxy(static s => s.Manager = static m => m with { MaxStreamDuration = TimeSpan.FromSeconds(3) });
        proxy.Upstream.Answer = static _ => null;
        TestCall call = proxy.Send("GET /");

        proxy.AdvanceMs(2_990);
        Assert.False(call.IsDone);

        proxy.AdvanceMs(20);
        Assert.Equal((504, "downstream duration timeout"), (call.Response.Status, call.Response.Body));
        Assert.Equal(("DT", "max_duration_timeout"), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.Details));
        Assert.Equal(1, proxy.Counter("http.test.downstream_rq_max_duration_reached"));
    }

    [Fact]
    public void A_routes_duration_and_idle_timeout_replace_the_managers()
    {
        using var proxy = new TestProxy(static s =>
        {
            s.Manager = static m => m with { MaxStreamDuration = TimeSpan.FromSeconds(30) };
            s.Routes =
            [
                TestProxySetup.ToUpstream(static a => a with { MaxStreamDuration = TimeSpan.FromSeconds(1) }) with
                {
                    Match = new RouteMatch { Path = "/short" },
                },
                TestProxySetup.ToUpstream(static a => a with { IdleTimeout = TimeSpan.FromSeconds(2) }) with
                {
                    Match = new RouteMatch { Path = "/idle" },
                },
                TestProxySetup.ToUpstream(static a => a with { MaxStreamDuration = TimeSpan.Zero }),
            ];
        });
        proxy.Upstream.Answer = static _ => null;
        TestCall brief = proxy.Send("GET /short");
        TestCall idle = proxy.Send("GET /idle");
        TestCall endless = proxy.Send("GET /");

        proxy.AdvanceMs(1_010);
        Assert.Equal((true, false), (brief.IsDone, idle.IsDone));

        proxy.AdvanceMs(1_000);
        Assert.Equal("stream timeout", idle.Response.Body);

        proxy.Advance(TimeSpan.FromMinutes(2));
        Assert.False(endless.IsDone);
    }

    [Fact]
    public void An_old_connection_is_told_to_close_with_its_next_response()
    {
        using var proxy = new TestProxy(static s => s.Manager = static m => m with { MaxConnectionDuration = TimeSpan.FromSeconds(10) });
        TestClient client = proxy.Connect();
        Assert.Null(client.Send("GET /").Response.Header("connection"));

        proxy.Advance(TimeSpan.FromSeconds(11));
        Assert.False(client.SawEnd);

        Assert.Equal("close", client.Send("GET /").Response.Header("connection"));
        Assert.True(client.SawEnd);
        Assert.Equal(1, proxy.Counter("http.test.downstream_cx_max_duration_reached"));
    }

    [Fact]
    public void An_old_connection_that_stays_idle_is_closed_after_the_drain_timeout()
    {
        using var proxy = new TestProxy(static s => s.Manager = static m => m with { MaxConnectionDuration = TimeSpan.FromSeconds(10) });
        TestClient client = proxy.Connect();

        proxy.Advance(TimeSpan.FromSeconds(14));
        Assert.False(client.SawEnd || client.IsClosed);

        proxy.Advance(TimeSpan.FromSeconds(2));
        Assert.True(client.SawEnd || client.IsClosed);
    }

    [Fact]
    public void Escaped_slashes_can_be_answered_by_a_redirect_to_the_plain_path()
    {
        using var proxy = new TestProxy(static s =>
            s.Manager = static m => m with { EscapedSlashes = EscapedSlashesAction.UnescapeAndRedirect });

        TestResponse response = proxy.Send("GET /a%2Fb%5cc?q=%2F").Response;

        Assert.Equal((307, "/a/b/c?q=%2F"), (response.Status, response.Header("location")));
        Assert.Equal(1, proxy.Counter("http.test.downstream_rq_redirected_with_normalized_path"));
        Assert.Equal(200, proxy.Send("GET /a/b").Response.Status);
        Assert.Equal(400, CallAsGrpc(proxy));
    }

    private static int CallAsGrpc(TestProxy proxy)
    {
        TestCall call = proxy.Send("POST /a%2Fb", "content-type: application/grpc", "content-length: 0");
        Assert.Equal("13", call.Response.Header("grpc-status"));
        return 400;
    }
}
