namespace Lateen.Local.Tests.Launcher;

using System.Net;
using Lateen.Local.Launcher;
using Lateen.Local.Runtime.Network;

public sealed class ExternalNamesTests
{
    private readonly ExternalNames _names = new(["shop.example:80=127.0.0.1:8080", "shop.example:443=127.0.0.1:8443", "Any.Example=10.9.8.7:99"]);

    [Fact]
    public void Each_name_has_one_address_and_the_cluster_s_DNS_knows_it()
    {
        DnsZone zone = new(() => [], () => [], _names);

        Assert.Equal(IPAddress.Parse("198.51.100.1"), zone.Lookup("shop.example", DnsMessage.A).Records[0].Address);
        Assert.Equal(IPAddress.Parse("198.51.100.2"), zone.Lookup("any.example", DnsMessage.A).Records[0].Address);
        Assert.Empty(zone.Lookup("shop.example", DnsMessage.Aaaa).Records);
        Assert.True(zone.Lookup("other.example", DnsMessage.A).Forward);
    }

    [Theory]
    [InlineData("198.51.100.1", 80, "127.0.0.1:8080")]
    [InlineData("198.51.100.1", 443, "127.0.0.1:8443")]
    [InlineData("198.51.100.2", 12345, "10.9.8.7:99")]
    [InlineData("192.0.2.1", 5, "127.0.0.1:5")]
    [InlineData("93.184.216.34", 80, "93.184.216.34:80")]
    public void A_connection_to_a_name_s_address_goes_where_the_user_said(string address, int port, string target)
    {
        EgressPolicy policy = new([5], _names);

        Assert.Null(policy.Refusal(IPAddress.Parse(address), port));
        Assert.Equal(IPEndPoint.Parse(target), policy.Target(IPAddress.Parse(address), port));
    }

    [Fact]
    public void A_port_that_was_not_given_is_refused_with_the_option_that_would_open_it() =>
        Assert.Equal("nothing stands for port 22 of shop.example: start the cluster with --external shop.example:22=ADDRESS:PORT",
            new EgressPolicy([], _names).Refusal(IPAddress.Parse("198.51.100.1"), 22));

    [Fact]
    public void Naming_a_port_of_the_host_opens_it_behind_that_name_only() =>
        Assert.NotNull(new EgressPolicy([], _names).Refusal(IPAddress.Loopback, 8080));

    [Theory]
    [InlineData("shop.example")]
    [InlineData("shop.example=127.0.0.1")]
    [InlineData("shop.example:x=127.0.0.1:80")]
    [InlineData("=127.0.0.1:80")]
    [InlineData("*.example=127.0.0.1:80")]
    [InlineData("shop.example=other.example:80")]
    [InlineData("reviews.default.svc.cluster.local=127.0.0.1:80")]
    [InlineData("10.0.0.1=127.0.0.1:80")]
    [InlineData("metadata.example=169.254.169.254:80")]
    public void An_entry_that_cannot_be_meant_is_refused(string entry) => Assert.Throws<ArgumentException>(() => new ExternalNames([entry]));

    [Fact]
    public void The_same_port_cannot_lead_to_two_addresses() =>
        Assert.Throws<ArgumentException>(() => new ExternalNames(["a.example=127.0.0.1:1", "a.example=127.0.0.1:2"]));
}
