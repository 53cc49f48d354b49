namespace Lateen.Control.Tests.Ads;

using Envoy.Service.Discovery.V3;
using Lateen.Control.Ads;

public sealed class AdsSessionTests
{
    private const string A = "outbound|80||a.default.svc.cluster.local";
    private const string B = "outbound|80||b.default.svc.cluster.local";

    [Fact]
    public void A_first_request_without_names_is_answered_with_every_cluster()
    {
        SessionScript script = new SessionScript().Cluster(A).Cluster(B);

        DeltaDiscoveryResponse response = Assert.Single(script.Subscribe(XdsType.Cluster));

        Assert.Equal($"cds {A} {B}", SessionScript.Describe(response));
    }

    [Fact]
    public void A_gateway_without_listeners_is_answered_all_the_same()
    {
        SessionScript script = new();

        DeltaDiscoveryResponse response = Assert.Single(script.Subscribe(XdsType.Listener));

        Assert.Empty(response.Resources);
    }

    [Fact]
    public void A_new_cluster_has_its_endpoints_before_any_route_names_it()
    {
        SessionScript script = new SessionScript().Cluster(A).Listener("l").Route("80", A).Settled();
        script.Cluster(B).Route("80", B);

        DeltaDiscoveryResponse clusters = Assert.Single(script.Push());
        Assert.Equal("cds " + B, SessionScript.Describe(clusters));
        Assert.Empty(script.Ack(clusters));
        DeltaDiscoveryResponse endpoints = Assert.Single(script.Subscribe(XdsType.Endpoint, B));
        Assert.Equal("eds " + B, SessionScript.Describe(endpoints));
        DeltaDiscoveryResponse routes = Assert.Single(script.Ack(endpoints));

        Assert.Equal("rds 80", SessionScript.Describe(routes));
    }

    [Fact]
    public void A_removed_cluster_goes_only_after_the_routes_that_used_it()
    {
        SessionScript script = new SessionScript().Cluster(A).Cluster(B).Listener("l").Route("80", B).Settled();
        script.Without(XdsType.Cluster, B).Route("80", A);

        List<string> order = script.AckAll(script.Push());

        Assert.Equal(["rds 80", "cds -" + B], order);
    }

    [Fact]
    public void A_changed_cluster_gets_its_endpoints_again_though_they_are_the_same()
    {
        SessionScript script = new SessionScript().Cluster(A).Settled();
        script.Cluster(A, timeoutSeconds: 2);

        List<string> order = script.AckAll(script.Push());

        Assert.Equal(["cds " + A, "eds " + A], order);
    }

    [Fact]
    public void A_push_that_changes_nothing_sends_nothing()
    {
        SessionScript script = new SessionScript().Cluster(A).Listener("l").Route("80", A).Settled();

        Assert.Empty(script.Push());
        Assert.True(script.Session.IsIdle);
    }

    [Fact]
    public void A_refused_resource_is_not_sent_again_until_it_changes()
    {
        SessionScript script = new SessionScript().Cluster(A).Settled();
        script.Cluster(A, timeoutSeconds: 2);
        DeltaDiscoveryResponse refused = script.Push()[0];
        foreach (DeltaDiscoveryResponse next in script.Nack(refused, "connect_timeout: too short"))
        {
            script.AckAll([next]);
        }

        Assert.Equal("connect_timeout: too short", script.Session.Status.Error);
        Assert.Equal(SyncState.Rejected, script.Session.Status.Types[0].State);
        Assert.Empty(script.Push());
        script.Cluster(A, timeoutSeconds: 3);
        Assert.Equal("cds " + A, SessionScript.Describe(script.Push()[0]));
    }

    [Fact]
    public void A_proxy_that_reconnects_is_sent_only_what_it_lacks()
    {
        SessionScript script = new SessionScript().Cluster(A).Cluster(B);
        DeltaDiscoveryRequest request = new() { TypeUrl = XdsType.Cluster.TypeUrl() };
        request.InitialResourceVersions[A] = script.VersionOf(XdsType.Cluster, A);
        request.InitialResourceVersions["outbound|80||gone"] = "1";

        List<string> order = script.AckAll(script.Session.OnRequest(request));

        Assert.Equal(["cds " + B, "cds -outbound|80||gone"], order);
    }

    [Fact]
    public void A_proxy_that_reconnects_gets_its_new_routes_only_after_their_clusters_and_endpoints()
    {
        SessionScript script = new SessionScript().Cluster(A).Cluster(B).Route("80", B);
        DeltaDiscoveryResponse clusters = Assert.Single(script.Reconnect(XdsType.Cluster, (A, "old"), (B, "old")));
        Assert.Empty(script.Reconnect(XdsType.Endpoint, (A, script.VersionOf(XdsType.Endpoint, A))));
        Assert.Empty(script.Reconnect(XdsType.Route, ("80", "old")));

        DeltaDiscoveryResponse endpoints = Assert.Single(script.Ack(clusters));
        Assert.Equal("eds " + A, SessionScript.Describe(endpoints));
        Assert.Empty(script.Ack(endpoints));
        endpoints = Assert.Single(script.Subscribe(XdsType.Endpoint, B));

        Assert.Equal("rds 80", SessionScript.Describe(Assert.Single(script.Ack(endpoints))));
    }

    [Fact]
    public void A_proxy_that_reconnects_and_lacks_nothing_is_answered_empty()
    {
        SessionScript script = new SessionScript().Cluster(A);

        DeltaDiscoveryResponse response =
            Assert.Single(script.Reconnect(XdsType.Cluster, (A, script.VersionOf(XdsType.Cluster, A))));

        Assert.Empty(response.Resources);
    }

    [Fact]
    public void A_change_of_one_endpoint_sends_the_endpoints_of_that_service_and_nothing_else()
    {
        SessionScript script = new SessionScript().Cluster(A).Cluster(B).Listener("l").Route("80", A).Settled();
        script.Endpoints(A, 1).Endpoints(B, 1);

        List<string> order = script.AckAll(script.PushEndpoints("a.default.svc.cluster.local"));

        Assert.Equal(["eds " + A], order);
    }

    [Fact]
    public void A_push_that_went_on_without_an_answer_is_not_in_effect_until_the_answer_comes()
    {
        SessionScript script = new SessionScript().Cluster(A).Listener("l").Route("80", A).Settled();
        script.Route("80", B);
        DeltaDiscoveryResponse routes = Assert.Single(script.Push());
        script.Clock.Advance(TimeSpan.FromSeconds(6));
        script.Session.OnTime();

        Assert.True(script.Session.IsIdle);
        Assert.Equal(0, script.Session.Status.AppliedVersion);
        script.Ack(routes);
        Assert.Equal(1, script.Session.Status.AppliedVersion);
    }

    [Fact]
    public void A_push_that_comes_during_another_follows_it()
    {
        SessionScript script = new SessionScript().Cluster(A).Settled();
        script.Cluster(A, timeoutSeconds: 2);
        IReadOnlyList<DeltaDiscoveryResponse> first = script.Push();
        script.Cluster(A, timeoutSeconds: 3);
        Assert.Empty(script.Push());

        List<string> order = script.AckAll(first);

        Assert.Equal(["cds " + A, "eds " + A, "cds " + A, "eds " + A], order);
        Assert.True(script.Session.IsIdle);
    }

    [Fact]
    public void A_name_asked_for_again_is_sent_again()
    {
        SessionScript script = new SessionScript().Cluster(A).Settled();

        Assert.Equal("eds " + A, SessionScript.Describe(Assert.Single(script.Subscribe(XdsType.Endpoint, A))));
    }

    [Fact]
    public void A_name_that_does_not_exist_is_answered_as_removed()
    {
        SessionScript script = new();

        Assert.Equal("rds -nope", SessionScript.Describe(Assert.Single(script.Subscribe(XdsType.Route, "nope"))));
    }

    [Fact]
    public void A_name_no_longer_subscribed_is_no_longer_pushed()
    {
        SessionScript script = new SessionScript().Cluster(A).Listener("l").Route("80", A).Settled();
        script.Session.OnRequest(
            new DeltaDiscoveryRequest { TypeUrl = XdsType.Route.TypeUrl(), ResourceNamesUnsubscribe = { "80" } });
        script.Route("80", B);

        Assert.Empty(script.Push());
    }

    [Fact]
    public void A_change_of_endpoints_alone_sends_only_endpoints()
    {
        SessionScript script = new SessionScript().Cluster(A).Cluster(B).Listener("l").Route("80", A).Settled();
        script.Endpoints(A, 1).Endpoints(B, 1).Route("80", B);

        List<string> order = script.AckAll(script.PushEndpoints("a.default.svc.cluster.local"));

        Assert.Equal(["eds " + A], order);
    }

    [Fact]
    public void A_proxy_that_does_not_answer_is_waited_for_five_seconds()
    {
        SessionScript script = new SessionScript().Cluster(A).Listener("l").Route("80", A).Settled();
        script.Cluster(A, timeoutSeconds: 2).Route("80", B);
        script.Push();

        script.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(script.Session.OnTime());
        script.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("eds " + A, SessionScript.Describe(Assert.Single(script.Session.OnTime())));
    }

    [Fact]
    public void A_stale_answer_says_nothing()
    {
        SessionScript script = new SessionScript().Cluster(A);
        script.Subscribe(XdsType.Cluster);

        script.Session.OnRequest(new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = "other" });

        Assert.Equal(SyncState.Stale, script.Session.Status.Types[0].State);
    }
}
