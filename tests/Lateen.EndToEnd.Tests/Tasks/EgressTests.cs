namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Tasks "Accessing External Services" and "Egress Gateways". The outside is a server of this machine, see <see cref="Outside"/>.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class EgressTests(Bookinfo bookinfo)
{
    private const string Exec = "kubectl exec \"$SOURCE_POD\" -c curl --";

    private const string ServiceEntry = """
        kubectl apply -f - <<EOF
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata:
          name: httpbin-ext
        spec:
          hosts:
          - httpbin.org
          ports:
          - number: 80
            name: http
            protocol: HTTP
          resolution: DNS
          location: MESH_EXTERNAL
        EOF
        """;

    [Fact]
    public async Task By_default_an_unknown_host_outside_is_reached()
    {
        LocalCluster.Require();
        await using Shell shell = await StartAsync();

        await shell.UntilAsync(Code("http://httpbin.org/headers"), static code => code == "200");
        Assert.DoesNotContain("X-Envoy-Decorator-Operation", await shell.RunAsync($"{Exec} curl -sS http://httpbin.org/headers"));
        await shell.UntilAsync("kubectl logs \"$SOURCE_POD\" -c istio-proxy | grep PassthroughCluster | tail -1",
            static line => line.Contains("\"GET /headers HTTP/1.1\" 200", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_entry_makes_an_outside_host_subject_to_timeouts()
    {
        LocalCluster.Require();
        await using Shell shell = await StartAsync();
        shell.AtEnd("kubectl delete serviceentry,virtualservice httpbin-ext --ignore-not-found");
        await shell.RunAsync(ServiceEntry);
        await shell.UntilAsync("kubectl logs \"$SOURCE_POD\" -c istio-proxy --tail=5; " + Code("http://httpbin.org/headers"),
            static text => text.Contains("outbound|80||httpbin.org", StringComparison.Ordinal)
                && text.EndsWith("200", StringComparison.Ordinal));

        Assert.Equal("200", await shell.RunAsync(Code("http://httpbin.org/delay/2")));
        await shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: httpbin-ext
            spec:
              hosts:
              - httpbin.org
              http:
              - timeout: 1s
                route:
                - destination:
                    host: httpbin.org
                  weight: 100
            EOF
            """);
        await shell.UntilAsync(Code("http://httpbin.org/delay/2"), static code => code == "504");
        Assert.Equal("200", await shell.RunAsync(Code("http://httpbin.org/status/200")));
    }

    [Fact]
    public async Task With_REGISTRY_ONLY_only_what_has_an_entry_is_reached()
    {
        LocalCluster.Require();
        await using Shell shell = await StartAsync();
        shell.AtEnd("kubectl delete serviceentry httpbin-ext --ignore-not-found");
        shell.AtEnd(Mesh("/^    outboundTrafficPolicy:$/,+1d"));
        await shell.RunAsync(Mesh("s/^  mesh: |-$/&\\n    outboundTrafficPolicy:\\n      mode: REGISTRY_ONLY/"));

        await shell.UntilAsync(Code("http://httpbin.org/headers"), static code => code == "502");
        await shell.UntilAsync("kubectl logs \"$SOURCE_POD\" -c istio-proxy | grep block_all | tail -1",
            static line => line.Contains("\"GET /headers HTTP/1.1\" 502", StringComparison.Ordinal));
        Outcome encrypted = await shell.TryAsync($"{Exec} curl -sS -o /dev/null -w '%{{http_code}}' https://www.google.com");
        Assert.True(encrypted.ExitCode != 0 && encrypted.Output.Contains("000", StringComparison.Ordinal), encrypted.Output);
        await shell.UntilAsync("kubectl logs \"$SOURCE_POD\" -c istio-proxy | grep BlackHoleCluster | tail -1",
            static line => line.Contains(" UH ", StringComparison.Ordinal));

        await shell.RunAsync(ServiceEntry);
        await shell.UntilAsync(Code("http://httpbin.org/headers"), static code => code == "200");
        Assert.Equal("502", await shell.RunAsync(Code("http://www.google.com/")));
    }

    [Fact]
    public async Task Traffic_to_the_outside_leaves_through_the_egress_gateway()
    {
        LocalCluster.Require();
        await using Shell shell = await StartAsync();
        shell.AtEnd("helm uninstall istio-egressgateway -n istio-system");
        shell.AtEnd("kubectl delete serviceentry cnn --ignore-not-found");
        shell.AtEnd("kubectl delete gateway istio-egressgateway --ignore-not-found");
        shell.AtEnd("kubectl delete virtualservice direct-cnn-through-egress-gateway --ignore-not-found");
        shell.AtEnd("kubectl delete destinationrule egressgateway-for-cnn --ignore-not-found");
        await shell.RunAsync("helm install istio-egressgateway charts/gateway -n istio-system --set service.type=ClusterIP --wait --timeout 90s");
        await shell.RunAsync(EgressRules);

        string log = "kubectl logs -l istio=egressgateway -n istio-system | tail -1";
        // The gateway's port is called http2, so sidecars speak HTTP/2 to it, as Istio's task page shows.
        await shell.UntilAsync($"{Code("http://edition.cnn.com/get?politics")} >/dev/null; {log}",
            static line => line.Contains("/get?politics HTTP/2\" 200", StringComparison.Ordinal)
                && line.Contains("outbound|80||edition.cnn.com", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        Assert.Equal("200", await shell.RunAsync(Code("http://edition.cnn.com/get?politics")));
    }

    private const string EgressRules = """
        kubectl apply -f - <<EOF
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata:
          name: cnn
        spec:
          hosts:
          - edition.cnn.com
          ports:
          - number: 80
            name: http-port
            protocol: HTTP
          resolution: DNS
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata:
          name: istio-egressgateway
        spec:
          selector:
            istio: egressgateway
          servers:
          - port:
              number: 80
              name: http
              protocol: HTTP
            hosts:
            - edition.cnn.com
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata:
          name: egressgateway-for-cnn
        spec:
          host: istio-egressgateway.istio-system.svc.cluster.local
          subsets:
          - name: cnn
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: direct-cnn-through-egress-gateway
        spec:
          hosts:
          - edition.cnn.com
          gateways:
          - istio-egressgateway
          - mesh
          http:
          - match:
            - gateways:
              - mesh
              port: 80
            route:
            - destination:
                host: istio-egressgateway.istio-system.svc.cluster.local
                subset: cnn
                port:
                  number: 80
              weight: 100
          - match:
            - gateways:
              - istio-egressgateway
              port: 80
            route:
            - destination:
                host: edition.cnn.com
                port:
                  number: 80
              weight: 100
        EOF
        """;

    private async Task<Shell> StartAsync()
    {
        Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete -f samples/curl/curl.yaml --wait=false");
        await shell.RunAsync("kubectl apply -f samples/curl/curl.yaml");
        await shell.RunAsync("kubectl rollout status deployment curl --timeout=90s");
        await shell.RunAsync("export SOURCE_POD=$(kubectl get pod -l app=curl -o jsonpath={.items..metadata.name})");
        return shell;
    }

    private static string Code(string url) => $"{Exec} curl -sS -o /dev/null -w '%{{http_code}}' {url}";

    // On an installed mesh the mode is changed in the ConfigMap, which istiod reads anew by itself.
    private static string Mesh(string edit) =>
        $"kubectl get configmap istio -n istio-system -o yaml | sed '{edit}' | kubectl replace -n istio-system -f -";
}
