namespace Lateen.Proxy.Tests.Routing;

using System.Numerics;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.LoadBalancing;
using Lateen.Proxy.Routing;
using Lateen.Testing;

public sealed class RouteHashTests
{
    [Fact]
    public void A_header_is_hashed_by_its_value()
    {
        Assert.Equal(Of("jason"), Hash([new HashPolicy(HashSource.Header, "End-User")], "end-user: jason"));
        Assert.Null(Hash([new HashPolicy(HashSource.Header, "end-user")]));
    }

    [Fact]
    public void The_order_of_a_headers_values_does_not_matter()
    {
        HashPolicy[] policies = [new HashPolicy(HashSource.Header, "x")];

        Assert.Equal(Hash(policies, "x: a", "x: b"), Hash(policies, "x: b", "x: a"));
    }

    [Fact]
    public void Policies_are_combined_by_rotating_and_a_terminal_one_ends_the_list()
    {
        var user = new HashPolicy(HashSource.Header, "user");
        var path = new HashPolicy(HashSource.QueryParameter, "q");

        Assert.Equal(BitOperations.RotateLeft(Of("a"), 1) ^ Of("b"), Hash([user, path], "user: a", ":path: /?q=b"));
        Assert.Equal(Of("a"), Hash([user with { IsTerminal = true }, path], "user: a", ":path: /?q=b"));
        Assert.Equal(Of("b"), Hash([user with { IsTerminal = true }, path], ":path: /x?p=1&q=b"));
    }

    [Fact]
    public void The_client_is_hashed_without_its_port()
    {
        var info = new StreamInfo { DownstreamRemoteAddress = TestProxy.Ip("10.1.2.3", 555) };
        HeaderMap? cookies = null;

        ulong? hash = new RouteHash([new HashPolicy(HashSource.SourceAddress)]).Compute(new HeaderMap(), info, ref cookies);

        Assert.Equal(Of("10.1.2.3"), hash);
    }

    [Fact]
    public void A_cookie_is_found_among_others_with_or_without_quotes()
    {
        HashPolicy[] policies = [new HashPolicy(HashSource.Cookie, "user")];

        Assert.Equal(Of("v1"), Hash(policies, "cookie: a=b; user=v1; c=d"));
        Assert.Equal(Of("v1"), Hash(policies, "cookie: a=b", "cookie: user=\"v1\""));
        Assert.Null(Hash(policies, "cookie: auser=v1"));
    }

    [Fact]
    public void A_missing_cookie_with_a_lifetime_is_made_and_sent_to_the_client_once()
    {
        using var proxy = new TestProxy(static s => s.Routes = [TestProxySetup.ToUpstream(static a => a with
        {
            HashPolicies =
            [
                new HashPolicy(HashSource.Cookie, "user")
                {
                    CookieTtl = TimeSpan.FromHours(1),
                    CookiePath = "/",
                    CookieAttributes = [KeyValuePair.Create("SameSite", "Lax"), KeyValuePair.Create("Secure", "")],
                },
            ],
        })]);
        TestClient client = proxy.Connect();

        string? made = client.Send("GET /").Response.Header("set-cookie");
        string? again = client.Send("GET /").Response.Header("set-cookie");
        string? withCookie = client.Send("GET /", "cookie: user=x").Response.Header("set-cookie");

        Assert.Matches("^user=\"[0-9a-f]{16}\"; Max-Age=3600; Path=/; SameSite=Lax; Secure; HttpOnly$", made);
        Assert.Equal(made, again);
        Assert.Null(withCookie);
    }

    [Fact]
    public void A_session_cookie_has_no_age_and_a_policy_without_lifetime_makes_none()
    {
        HeaderMap? cookies = null;
        var session = new HashPolicy(HashSource.Cookie, "s") { CookieTtl = TimeSpan.Zero };
        ulong? hash = new RouteHash([session]).Compute(new HeaderMap(), new StreamInfo(), ref cookies);

        Assert.NotNull(hash);
        Assert.NotNull(cookies);
        Assert.Matches("^s=\"[0-9a-f]{16}\"; HttpOnly$", Encoding.ASCII.GetString(cookies.ValueAt(0)));

        HeaderMap? none = null;
        Assert.Null(new RouteHash([session with { CookieTtl = null }]).Compute(new HeaderMap(), new StreamInfo(), ref none));
        Assert.Null(none);
    }

    [Fact]
    public void Hashing_a_header_a_query_parameter_and_the_client_allocates_nothing()
    {
        var hash = new RouteHash(
        [
            new HashPolicy(HashSource.Header, "user"), new HashPolicy(HashSource.QueryParameter, "q"),
            new HashPolicy(HashSource.SourceAddress), new HashPolicy(HashSource.Cookie, "c"),
        ]);
        HeaderMap request = Request("user: a", ":path: /?q=b", "cookie: c=1");
        var info = new StreamInfo { DownstreamRemoteAddress = TestProxy.Ip("10.1.2.3", 555) };
        HeaderMap? cookies = null;
        hash.Compute(request, info, ref cookies);

        long before = GC.GetAllocatedBytesForCurrentThread();
        hash.Compute(request, info, ref cookies);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ulong Of(string text) => XxHash64.Hash(Encoding.ASCII.GetBytes(text));

    private static ulong? Hash(HashPolicy[] policies, params string[] headers)
    {
        HeaderMap? cookies = null;
        return new RouteHash(policies).Compute(Request(headers), new StreamInfo(), ref cookies);
    }

    private static HeaderMap Request(params string[] headers)
    {
        var request = new HeaderMap();
        foreach (string header in headers)
        {
            int colon = header.IndexOf(": ", StringComparison.Ordinal);
            request.Add(Encoding.ASCII.GetBytes(header[..colon]), Encoding.ASCII.GetBytes(header[(colon + 2)..]));
        }

        return request;
    }
}
