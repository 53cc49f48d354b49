namespace Lateen.EndToEnd.Tests.Tasks;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Ingress Gateways": a host and two path prefixes of httpbin, and nothing else.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class IngressTests(Bookinfo bookinfo)
{
    [Fact]
    public async Task Only_the_host_and_the_prefixes_of_the_rule_are_served()
    {
        LocalCluster.Require();
        await using Shell shell = await bookinfo.Cluster.ShellWithIngressAsync();
        shell.AtEnd("kubectl delete --ignore-not-found=true -f samples/httpbin/httpbin.yaml --wait=false");
        shell.AtEnd("kubectl delete --ignore-not-found=true virtualservice httpbin");
        shell.AtEnd("kubectl delete --ignore-not-found=true gateway httpbin-gateway");
        await shell.RunAsync("kubectl apply -f samples/httpbin/httpbin.yaml");
        await shell.RunAsync("kubectl wait --for=condition=Available deployment/httpbin --timeout=90s");
        await shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata:
              name: httpbin-gateway
            spec:
              selector:
                istio: ingressgateway
              servers:
              - port:
                  number: 80
                  name: http
                  protocol: HTTP
                hosts:
                - "httpbin.example.com"
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: httpbin
            spec:
              hosts:
              - "httpbin.example.com"
              gateways:
              - httpbin-gateway
              http:
              - match:
                - uri:
                    prefix: /status
                - uri:
                    prefix: /delay
                route:
                - destination:
                    port:
                      number: 8000
                    host: httpbin
            EOF
            """);

        string ok = await shell.UntilAsync("curl -s -I -HHost:httpbin.example.com \"http://$INGRESS_HOST:$INGRESS_PORT/status/200\"",
            static answer => answer.StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal));
        Assert.Contains("server: istio-envoy", ok);
        Assert.Equal("200", await shell.RunAsync(Code("httpbin.example.com", "/delay/1")));
        Assert.Equal("404", await shell.RunAsync(Code("httpbin.example.com", "/headers")));
        Assert.Equal("404", await shell.RunAsync(Code("other.example.com", "/status/200")));

        await shell.RunAsync("""
            kubectl patch gateway httpbin-gateway --type=json -p '[{"op":"replace","path":"/spec/servers/0/hosts/0","value":"*"}]'
            kubectl patch virtualservice httpbin --type=json \
              -p '[{"op":"replace","path":"/spec/hosts/0","value":"*"},{"op":"replace","path":"/spec/http/0/match/1/uri/prefix","value":"/headers"}]'
            """);
        await shell.UntilAsync(Code("", "/headers"), static code => code == "200");
        Assert.Equal("404", await shell.RunAsync(Code("", "/delay/1")));
        Assert.Equal("200", await shell.RunAsync(
            "curl -s -o /dev/null -w '%{http_code}' http://$(kubectl get po -l istio=ingressgateway -n istio-system "
            + "-o jsonpath='{.items[0].status.hostIP}'):$(kubectl get service istio-ingressgateway -n istio-system "
            + "-o jsonpath='{.spec.ports[?(@.name==\"http2\")].nodePort}')/headers"));
    }

    [Fact]
    public async Task A_Kubernetes_Ingress_serves_its_host_and_prefix()
    {
        LocalCluster.Require();
        await using Shell shell = await bookinfo.Cluster.ShellWithIngressAsync();
        shell.AtEnd("kubectl delete --ignore-not-found=true -f samples/httpbin/httpbin.yaml --wait=false");
        shell.AtEnd("kubectl delete --ignore-not-found=true ingress ingress");
        await shell.RunAsync("kubectl apply -f samples/httpbin/httpbin.yaml");
        await shell.RunAsync("kubectl wait --for=condition=Available deployment/httpbin --timeout=90s");
        await shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              annotations:
                kubernetes.io/ingress.class: istio
              name: ingress
            spec:
              rules:
              - host: httpbin.example.com
                http:
                  paths:
                  - path: /status
                    pathType: Prefix
                    backend:
                      service:
                        name: httpbin
                        port:
                          number: 8000
            EOF
            """);

        await shell.UntilAsync(Code("httpbin.example.com", "/status/200"), static code => code == "200");
        Assert.Equal("404", await shell.RunAsync(Code("httpbin.example.com", "/headers")));
        Assert.Equal("404", await shell.RunAsync(Code("other.example.com", "/status/200")));
    }

    private static string Code(string host, string path) =>
        $"curl -s -o /dev/null -w '%{{http_code}}' {(host.Length > 0 ? $"-HHost:{host} " : "")}\"http://$INGRESS_HOST:$INGRESS_PORT{path}\"";
}
