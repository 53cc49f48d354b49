namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>Virtual services that leave their rules to others.</summary>
public sealed class DelegationTests
{
    private const string Root = "[{match: [{uri: {prefix: /a}}], delegate: {name: team}}, {directResponse: {status: 404}}]";

    [Theory]
    [InlineData("[{directResponse: {status: 201}}]", "/a/x", 201)]
    [InlineData("[{directResponse: {status: 201}}]", "/b", 404)]
    [InlineData("[{match: [{uri: {prefix: /a/b}}], directResponse: {status: 201}}]", "/a/b", 201)]
    [InlineData("[{match: [{uri: {prefix: /a/b}}], directResponse: {status: 201}}]", "/a/c", 404)]
    [InlineData("[{match: [{uri: {exact: /a/b}}], directResponse: {status: 201}}]", "/a/b", 201)]
    [InlineData("[{match: [{headers: {x: {exact: z}}}], directResponse: {status: 201}}, {directResponse: {status: 202}}]", "/a", 202)]
    [InlineData("[{match: [{uri: {prefix: /z}}], directResponse: {status: 201}}]", "/z", 404)]
    [InlineData("[{match: [{uri: {regex: '/a.*'}}], directResponse: {status: 201}}]", "/a", 404)]
    [InlineData("[{match: [{port: 81}], directResponse: {status: 201}}]", "/a", 404)]
    [Trait("field", "VirtualService.spec.http.delegate.name")]
    public void A_delegate_s_rule_counts_where_it_lies_within_the_rule_that_delegates(string rules, string path, int status)
    {
        using Mesh mesh = World(Worlds.VirtualService("echo", Root), Delegate("team", "default", rules));

        Assert.Equal(status, mesh.Call("echo", "GET http://echo" + path).Status);
    }

    [Theory]
    [InlineData("", 201)]
    [InlineData("exportTo: ['*']", 201)]
    [InlineData("exportTo: [default]", 201)]
    [InlineData("exportTo: ['.']", 404)]
    [InlineData("exportTo: [elsewhere]", 404)]
    [Trait("field", "VirtualService.spec.http.delegate.namespace")]
    [Trait("field", "VirtualService.spec.exportTo")]
    public void A_delegate_of_another_namespace_must_be_exported_to_the_root_s(string export, int status)
    {
        string root = Root.Replace("name: team", "name: team, namespace: other", StringComparison.Ordinal);
        using Mesh mesh = World(
            Worlds.VirtualService("echo", root), Delegate("team", "other", "[{directResponse: {status: 201}}]", export));

        Assert.Equal(status, mesh.Call("echo", "GET http://echo/a").Status);
    }

    [Fact]
    [Trait("field", "VirtualService.spec.http.delegate")]
    public void A_delegate_that_is_missing_leaves_the_other_rules_in_force()
    {
        using Mesh mesh = World(Worlds.VirtualService("echo", Root));

        Assert.Equal(404, mesh.Call("echo", "GET http://echo/a").Status);
    }

    [Fact]
    [Trait("field", "VirtualService.spec.http.delegate")]
    public void What_a_delegate_leaves_open_is_as_the_root_says()
    {
        string root = "[{headers: {request: {set: {x-from: root}}}, rewrite: {uri: /new}, match: [{uri: {prefix: /a}}], "
            + "delegate: {name: team}}]";
        using Mesh mesh = World(
            Worlds.VirtualService("echo", root),
            Delegate("team", "default", "[{route: [{destination: {host: echo}}]}]"));

        CallResult call = mesh.Call("echo", "GET http://echo/a/x");

        Assert.Equal(("/new/x", "root"), (call.Seen[^1].Path, call.SeenHeader("x-from")));
    }

    [Fact]
    [Trait("field", "VirtualService.spec.http.delegate")]
    public void A_delegate_s_short_host_names_are_of_its_own_namespace()
    {
        string elsewhere = Worlds.Service("echo", "http", 80)
            .Replace("metadata: {name: echo}", "metadata: {name: echo, namespace: other}", StringComparison.Ordinal);
        string root = Root.Replace("name: team", "name: team, namespace: other", StringComparison.Ordinal);
        using Mesh mesh = World(
            elsewhere, Worlds.VirtualService("echo", root), Delegate("team", "other", "[{route: [{destination: {host: echo}}]}]"));

        mesh.Call("echo", "GET http://echo/a");

        SimulatedPod[] pods = [.. mesh.Pods.Where(pod => pod.Workload == "echo")];
        Assert.Equal([0, 1], pods.OrderBy(pod => pod.Namespace, StringComparer.Ordinal).Select(pod => pod.App.RequestCount));
    }

    private static Mesh World(params string[] rules) => new(1, [Worlds.Service("echo", "http", 80), .. rules]);

    private static string Delegate(string name, string ns, string rules, string export = "") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec:
          {{export}}
          http: {{rules}}
        """;
}
