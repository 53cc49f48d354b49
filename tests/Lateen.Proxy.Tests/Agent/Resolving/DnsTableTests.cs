namespace Lateen.Proxy.Tests.Agent.Resolving;

using System.Net;
using Lateen.Proxy.Agent.Resolving;

public sealed class DnsTableTests
{
    private static readonly DnsTable Table = new(
        [
            Host("reviews.shop.svc.cluster.local", "10.96.0.1", "reviews", "shop"),
            Host("ratings.other.svc.cluster.local", "10.96.0.2", "ratings", "other"),
            Host("pod-0.db.shop.svc.cluster.local", "10.244.0.9"),
            Host("www.google.com", "240.240.0.1"),
            Host("*.wildcard.com", "240.240.0.2"),
            Host("*.deep.wildcard.com", "240.240.0.3"),
            Host("wildcard.com", "240.240.0.4"),
            Host("ratings", "240.240.0.5"),
        ],
        "shop", ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"]);

    [Theory]
    [InlineData("reviews.shop.svc.cluster.local", "10.96.0.1")]
    [InlineData("reviews.shop.svc", "10.96.0.1")]
    [InlineData("reviews.shop", "10.96.0.1")]
    [InlineData("reviews", "10.96.0.1")]
    [InlineData("ratings.other", "10.96.0.2")]
    [InlineData("ratings", "240.240.0.5")]
    [InlineData("pod-0.db.shop.svc.cluster.local", "10.244.0.9")]
    [InlineData("www.google.com", "240.240.0.1")]
    [InlineData("a.wildcard.com", "240.240.0.2")]
    [InlineData("a.b.wildcard.com", "240.240.0.2")]
    [InlineData("a.deep.wildcard.com", "240.240.0.3")]
    [InlineData("wildcard.com", "240.240.0.4")]
    public void A_name_is_found(string question, string address)
    {
        Assert.True(Table.TryFind(question, out DnsAnswer? answer));
        Assert.Equal((address, ""), (answer.Addresses[0].ToString(), answer.Canonical));
    }

    [Theory]
    [InlineData("www.google.com.shop.svc.cluster.local", "www.google.com", "240.240.0.1")]
    [InlineData("ratings.other.shop.svc.cluster.local", "ratings.other", "10.96.0.2")]
    [InlineData("a.wildcard.com.shop.svc.cluster.local", "a.wildcard.com", "240.240.0.2")]
    public void A_name_with_the_first_search_domain_is_found_without_it(string question, string canonical, string address)
    {
        Assert.True(Table.TryFind(question, out DnsAnswer? answer));
        Assert.Equal((address, canonical), (answer.Addresses[0].ToString(), answer.Canonical));
    }

    [Theory]
    [InlineData("www.google.com.svc.cluster.local")]
    [InlineData("google.com")]
    [InlineData("xwildcard.com")]
    [InlineData("reviews.other")]
    [InlineData("")]
    public void Other_names_are_not_ours(string question) => Assert.False(Table.TryFind(question, out _));

    [Fact]
    public void A_resolver_configuration_is_read_as_the_C_library_does()
    {
        ResolverConfig config = ResolverConfig.Parse(
            "# comment\nnameserver 10.96.0.10\nnameserver fd00::a\nnameserver nonsense\nsearch a.b. C.D\noptions ndots:5\n");

        Assert.Equal(["10.96.0.10:53", "[fd00::a]:53"], config.Servers.Select(static s => s.ToString()));
        Assert.Equal(["a.b", "c.d"], config.SearchDomains);
    }

    private static DnsHost Host(string name, string address, string shortName = "", string @namespace = "") =>
        new(name, [IPAddress.Parse(address)]) { ShortName = shortName, Namespace = @namespace };
}
