namespace Lateen.Proxy.Tests.LoadBalancing;

using Lateen.Proxy.Config;

public sealed class SubsetTests
{
    private static readonly SubsetConfig ByVersion = new() { Selectors = [new SubsetSelector(["version"])] };

    [Fact]
    public void A_request_goes_to_hosts_whose_metadata_has_what_it_asks_for()
    {
        using Picks picks = Start(ByVersion);

        Assert.Equal([1, 2], Reached(picks, Asks("version=sv1")));
        Assert.Equal([3], Reached(picks, Asks("version=sv2")));
        Assert.Equal(200, picks.Cluster.Stats.SubsetsSelected.Value);
        Assert.Equal(2, picks.Cluster.Stats.SubsetsActive.Value);
    }

    [Fact]
    public void Nobody_answers_for_a_subset_without_hosts_unless_a_fallback_is_set()
    {
        using Picks none = Start(ByVersion);
        using Picks any = Start(ByVersion with { Fallback = SubsetFallback.AnyEndpoint });
        using Picks byDefault = Start(ByVersion with
        {
            Fallback = SubsetFallback.DefaultSubset, Default = Asks("stage=sprod"),
        });

        Assert.Equal([0], Reached(none, Asks("version=sv9")));
        Assert.Equal([0], Reached(none, null));
        Assert.Equal([1, 2, 3, 4], Reached(any, Asks("version=sv9")));
        Assert.Equal([1, 2, 3, 4], Reached(any, null));
        Assert.Equal([1, 3], Reached(byDefault, Asks("version=sv9")));
        Assert.Equal(100, byDefault.Cluster.Stats.SubsetsFallback.Value);
    }

    [Fact]
    public void The_keys_asked_for_must_be_a_selectors_keys()
    {
        using Picks picks = Start(ByVersion with
        {
            Selectors = [new SubsetSelector(["version"]), new SubsetSelector(["stage", "version"])],
        });

        Assert.Equal([1], Reached(picks, Asks("version=sv1", "stage=sprod")));
        Assert.Equal([0], Reached(picks, Asks("stage=sprod")));
    }

    [Fact]
    public void A_selector_may_have_a_fallback_of_its_own()
    {
        using Picks picks = Start(ByVersion with
        {
            Fallback = SubsetFallback.AnyEndpoint,
            Default = Asks("stage=sprod"),
            Selectors =
            [
                new SubsetSelector(["version"]) { Fallback = SubsetFallback.NoFallback },
                new SubsetSelector(["stage"]) { Fallback = SubsetFallback.DefaultSubset },
                new SubsetSelector(["stage", "version"]) { Fallback = SubsetFallback.KeysSubset, FallbackKeys = ["version"] },
            ],
        });

        Assert.Equal([0], Reached(picks, Asks("version=sv9")));
        Assert.Equal([1, 3], Reached(picks, Asks("stage=snone")));
        Assert.Equal([1, 2], Reached(picks, Asks("stage=snone", "version=sv1")));
        Assert.Equal([0], Reached(picks, Asks("stage=snone", "version=sv9")));
    }

    [Fact]
    public void A_list_may_stand_for_any_of_its_values()
    {
        HostConfig host = HostCounts.Host(1) with { LbMetadata = [new LbMetadata("version", "[sv1,sv2]", ["sv1", "sv2"])] };
        using var any = new Picks(static c => c with { Subsets = ByVersion with { ListAsAny = true } }, host);
        using var whole = new Picks(static c => c with { Subsets = ByVersion }, host);

        Assert.Equal([1], Reached(any, Asks("version=sv2")));
        Assert.Equal([0], Reached(whole, Asks("version=sv2")));
        Assert.Equal([1], Reached(whole, Asks("version=[sv1,sv2]")));
    }

    [Fact]
    public void An_unhealthy_subset_is_not_left_for_the_fallback_but_an_unhealthy_fallback_may_be_left_for_any_host()
    {
        SubsetConfig config = ByVersion with
        {
            Fallback = SubsetFallback.DefaultSubset, Default = Asks("version=sv2"), PanicModeAny = true,
        };
        HostConfig[] hosts = [.. Hosts().Select(static (h, i) => h with { Health = i == 2 ? HostHealth.Unhealthy : HostHealth.Healthy })];
        using var picks = new Picks(c => c with { Subsets = config, PanicThresholdPercent = 0 }, hosts);

        Assert.Equal([0], Reached(picks, Asks("version=sv2")));
        Assert.Equal([1, 2, 4], Reached(picks, null));
        Assert.Equal(100, picks.Cluster.Stats.SubsetsFallbackPanic.Value);
    }

    [Theory]
    [InlineData(LbPolicy.RoundRobin)]
    [InlineData(LbPolicy.Maglev)]
    public void A_pick_in_a_subset_allocates_nothing(LbPolicy policy)
    {
        SubsetConfig config = ByVersion with
        {
            Selectors = [new SubsetSelector(["stage", "version"]) { Fallback = SubsetFallback.KeysSubset, FallbackKeys = ["version"] }, .. ByVersion.Selectors],
        };
        using var picks = new Picks(c => c with { Subsets = config, LbPolicy = policy }, Hosts());
        SubsetCriteria asks = Asks("stage=snone", "version=sv1");
        Reached(picks, asks);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            picks.Pick(null, asks);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Picks Start(SubsetConfig config) => new(c => c with { Subsets = config }, Hosts());

    private static HostConfig[] Hosts() =>
    [
        HostCounts.Host(1) with { LbMetadata = Has("version=sv1", "stage=sprod") },
        HostCounts.Host(2) with { LbMetadata = Has("version=sv1", "stage=sdev") },
        HostCounts.Host(3) with { LbMetadata = Has("version=sv2", "stage=sprod") },
        HostCounts.Host(4),
    ];

    private static LbMetadata[] Has(params string[] pairs) => [.. pairs.Select(static p => new LbMetadata(p.Split('=')[0], p.Split('=')[1], []))];

    private static SubsetCriteria Asks(params string[] pairs) =>
        new(pairs.Select(static p => KeyValuePair.Create(p.Split('=')[0], p.Split('=')[1])));

    private static int[] Reached(Picks picks, SubsetCriteria? asks) =>
        [.. Enumerable.Range(0, 100).Select(_ => picks.Number(null, asks)).Distinct().Order()];
}
