namespace Lateen.Proxy.Tests.Http;

using Lateen.Proxy.Http;
using Lateen.Testing;

public sealed class FilterContractTests
{
    [Fact]
    public void Requests_pass_filters_in_order_and_responses_in_reverse()
    {
        var log = new List<string>();
        using var proxy = new TestProxy(new ScriptedFactory("a", log), new ScriptedFactory("b", log));

        proxy.Send("GET /");

        Assert.Equal(["a request", "b request", "b response", "a response", "a complete", "b complete"], log);
    }

    [Fact]
    public void A_paused_request_reaches_the_upstream_only_after_the_pause()
    {
        var log = new List<string>();
        using var proxy = new TestProxy(new ScriptedFactory("a", log) { OnHeaders = static s => s.PauseFor(TimeSpan.FromSeconds(2)) });
        TestCall call = proxy.Connect().SendBody("POST /", "body");

        proxy.AdvanceMs(1_999);
        Assert.Equal(0, proxy.Upstream.RequestCount);

        proxy.AdvanceMs(2);
        Assert.Equal("body", Assert.Single(proxy.Upstream.Requests).Body);
        Assert.Equal(200, call.Response.Status);
        Assert.Equal(["a request", "a resume", "a response", "a complete"], log);
    }

    [Fact]
    public void A_filter_that_answers_ends_the_request_and_its_flags_are_logged()
    {
        var log = new List<string>();
        var answering = new ScriptedFactory("a", log)
        {
            OnHeaders = static s => s.Respond(418, ResponseFlags.FaultInjected, "fault_filter_abort", "fault filter abort"u8),
        };
        using var proxy = new TestProxy(answering, new ScriptedFactory("b", log));

        TestCall call = proxy.Send("GET /");

        Assert.Equal((418, "fault filter abort"), (call.Response.Status, call.Response.Body));
        Assert.Equal(0, proxy.Upstream.RequestCount);
        Assert.Equal(("FI", "fault_filter_abort"), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.Details));
        Assert.Equal(["a request", "b response", "a response", "a complete", "b complete"], log);
    }

    [Fact]
    public void A_client_that_leaves_during_a_pause_ends_the_stream_once()
    {
        var log = new List<string>();
        using var proxy = new TestProxy(new ScriptedFactory("a", log) { OnHeaders = static s => s.PauseFor(TimeSpan.FromSeconds(2)) });
        TestClient client = proxy.Connect();
        client.Send("GET /");

        client.Close();
        proxy.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["a request", "a complete"], log);
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void A_filters_state_belongs_to_the_stream()
    {
        var log = new List<string>();
        using var proxy = new TestProxy(new ScriptedFactory("a", log)
        {
            OnHeaders = static s => FilterStatus.Continue,
        });
        TestClient one = proxy.Connect();
        TestClient two = proxy.Connect();
        proxy.Upstream.Answer = static _ => null;

        one.Send("GET /1");
        two.Send("GET /2");
        proxy.Upstream.Connections[0].Write(TestUpstream.Response(200));
        proxy.Upstream.Connections[1].Write(TestUpstream.Response(200));
        proxy.Run();

        Assert.Equal(["/1", "/2"], ScriptedFilter.SeenPaths);
    }

    private sealed class ScriptedFactory(string name, List<string> log) : HttpFilterFactory
    {
        public override string Name => name;

        public Func<HttpStream, FilterStatus> OnHeaders { get; init; } = static _ => FilterStatus.Continue;

        public override HttpFilter Create(FilterContext context) => new ScriptedFilter(name, log, OnHeaders);
    }

    private sealed class Seen
    {
        public string Path { get; set; } = "";
    }

    private sealed class ScriptedFilter(string name, List<string> log, Func<HttpStream, FilterStatus> onHeaders) : HttpFilter
    {
        public static List<string> SeenPaths { get; } = [];

        public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
        {
            log.Add(name + " request");
            stream.State<Seen>(this).Path = System.Text.Encoding.ASCII.GetString(stream.Request.GetOrEmpty(":path"u8));
            return onHeaders(stream);
        }

        public override FilterStatus OnResume(HttpStream stream)
        {
            log.Add(name + " resume");
            return FilterStatus.Continue;
        }

        public override void OnResponseHeaders(HttpStream stream, bool endStream) => log.Add(name + " response");

        public override void OnStreamComplete(HttpStream stream)
        {
            log.Add(name + " complete");
            if (stream.State<Seen>(this).Path.Length == 2)
            {
                SeenPaths.Add(stream.State<Seen>(this).Path);
            }
        }
    }
}
