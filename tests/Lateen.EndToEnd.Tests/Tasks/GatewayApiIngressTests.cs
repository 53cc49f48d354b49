namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Ingress Gateways" by the Kubernetes Gateway API: a gateway that the mesh deploys by itself, and a route.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class GatewayApiIngressTests(Bookinfo bookinfo)
{
    [Fact]
    public async Task A_Gateway_brings_its_own_proxy_and_serves_the_host_and_prefixes_of_its_route()
    {
        LocalCluster.Require();
        await using Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete --ignore-not-found=true -f samples/httpbin/httpbin.yaml --wait=false");
        shell.AtEnd("kubectl delete --ignore-not-found=true gtw httpbin-gateway");
        shell.AtEnd("kubectl delete --ignore-not-found=true httproute httpbin");
        await shell.RunAsync("kubectl apply -f samples/httpbin/httpbin.yaml");
        await shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata:
              name: httpbin-gateway
            spec:
              gatewayClassName: istio
              listeners:
              - name: http
                hostname: "httpbin.example.com"
                port: 80
                protocol: HTTP
                allowedRoutes:
                  namespaces:
                    from: Same
            EOF
            """);
        await shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata:
              name: httpbin
            spec:
              parentRefs:
              - name: httpbin-gateway
              hostnames: ["httpbin.example.com"]
              rules:
              - matches:
                - path:
                    type: PathPrefix
                    value: /status
                - path:
                    type: PathPrefix
                    value: /delay
                backendRefs:
                - name: httpbin
                  port: 8000
            EOF
            """);
        await shell.RunAsync("kubectl wait --for=condition=programmed gtw httpbin-gateway --timeout=90s");
        await shell.RunAsync("""
            export INGRESS_HOST=$(kubectl get gtw httpbin-gateway -o jsonpath='{.status.addresses[0].value}')
            export INGRESS_PORT=$(kubectl get gtw httpbin-gateway -o jsonpath='{.spec.listeners[?(@.name=="http")].port}')
            """);

        string ok = await shell.UntilAsync("curl -s -I -HHost:httpbin.example.com \"http://$INGRESS_HOST:$INGRESS_PORT/status/200\"",
            static answer => answer.StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal));
        Assert.Contains("server: istio-envoy", ok);
        Assert.Equal("404", await shell.RunAsync(Code("/headers")));
        Assert.Equal("200", await shell.RunAsync(Code("/delay/1")));
        Assert.Equal("True", await shell.RunAsync(
            "kubectl get httproute httpbin -o jsonpath='{.status.parents[0].conditions[?(@.type==\"Accepted\")].status}'"));
    }

    private static string Code(string path) =>
        $"curl -s -o /dev/null -w '%{{http_code}}' -HHost:httpbin.example.com \"http://$INGRESS_HOST:$INGRESS_PORT{path}\"";
}
