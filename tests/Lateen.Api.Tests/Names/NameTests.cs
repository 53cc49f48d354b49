namespace Lateen.Api.Tests.Names;

using Lateen.Api.Names;

public sealed class NameTests
{
    [Theory]
    [InlineData("outbound|80|v1|reviews.default.svc.cluster.local")]
    [InlineData("outbound|80||reviews.default.svc.cluster.local")]
    [InlineData("inbound|9080||")]
    public void A_cluster_name_reads_back_equal(string text)
    {
        Assert.True(ClusterName.TryParse(text, out ClusterName name));
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData("PassthroughCluster")]
    [InlineData("outbound|x||h")]
    [InlineData("outbound|70000||h")]
    [InlineData("sideways|80||h")]
    public void Other_names_are_no_cluster_names_of_this_form(string text) => Assert.False(ClusterName.TryParse(text, out _));

    [Fact]
    public void A_cluster_name_has_an_SNI_form() =>
        Assert.Equal("outbound_.80_.v1_.a.b", ClusterName.Outbound(80, "a.b", "v1").ToSni());

    [Theory]
    [InlineData("reviews", "reviews.prod.svc.cluster.local")]
    [InlineData("reviews.prod", "reviews.prod")]
    [InlineData("*", "*")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("*.example.com", "*.example.com")]
    public void Only_a_name_without_dots_is_short(string host, string expanded) =>
        Assert.Equal(expanded, HostName.Expand(host, "prod").Value);

    [Theory]
    [InlineData("*.example.com", "a.example.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.com", "*.example.com", true)]
    [InlineData("*", "anything", true)]
    [InlineData("a.b", "A.b", true)]
    public void Hosts_match_by_wildcard_from_either_side(string one, string other, bool matches)
    {
        Assert.Equal(matches, new HostName(one).Matches(new HostName(other)));
        Assert.Equal(matches, new HostName(other).Matches(new HostName(one)));
    }

    [Fact]
    public void The_equal_or_longest_candidate_is_the_most_specific()
    {
        HostName[] candidates = [new("*"), new("*.com"), new("*.example.com"), new("b.example.com")];

        Assert.Equal("*.example.com", HostName.MostSpecificMatch(new("a.example.com"), candidates)?.Value);
        Assert.Equal("b.example.com", HostName.MostSpecificMatch(new("b.example.com"), candidates)?.Value);
        Assert.Equal("*", HostName.MostSpecificMatch(new("x.org"), candidates)?.Value);
        Assert.Null(HostName.MostSpecificMatch(new("x.org"), [new("*.com")]));
    }

    [Fact]
    public void An_identity_reads_back_equal()
    {
        Assert.True(SpiffeId.TryParse("spiffe://cluster.local/ns/default/sa/x", out SpiffeId id));
        Assert.Equal("spiffe://cluster.local/ns/default/sa/x", id.ToString());
        Assert.False(SpiffeId.TryParse("spiffe://cluster.local/ns//sa/x", out _));
        Assert.False(SpiffeId.TryParse("spiffe://cluster.local/ns/default/sa/x/y", out _));
    }

    [Theory]
    [InlineData("r/z/s")]
    [InlineData("r/z")]
    [InlineData("r")]
    [InlineData("")]
    public void A_locality_reads_back_equal(string text) => Assert.Equal(text, Locality.Parse(text).ToString());

    [Fact]
    public void Collections_are_equal_when_their_contents_are()
    {
        ValueList<string> list = ["a", "b"];
        ValueMap<string, int> map = ValueMap.Create(("b", 2), ("a", 1));

        Assert.Equal(list, new[] { "a", "b" }.ToValueList());
        Assert.Equal(list.GetHashCode(), new[] { "a", "b" }.ToValueList().GetHashCode());
        Assert.NotEqual(list, ["b", "a"]);
        Assert.Equal(map, ValueMap.Create(("a", 1), ("b", 2)));
        Assert.NotEqual(map, ValueMap.Create(("a", 1), ("b", 3)));
        Assert.Equal(["a", "b"], map.Keys);
        Assert.Same(ValueList<string>.Empty, Array.Empty<string>().ToValueList());
    }
}
