namespace Lateen.CommandLine.Tests;

using Lateen.CommandLine.Cluster;
using Lateen.CommandLine.Proxies;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData(64, "proxy-config", "cluster")]
    [InlineData(64, "pc", "c", "a-pod", "-f", "dump.json")]
    [InlineData(64, "pc", "c", "a-pod", "--port", "many")]
    [InlineData(64, "pc", "c", "a-pod", "-o", "xml")]
    [InlineData(64, "pc", "c", "a-pod", "--direction", "sideways")]
    [InlineData(64, "no-such-verb")]
    [InlineData(64, "ps", "--kubeconfig", "/does/not/exist")]
    [InlineData(64, "logs", "reviews", "--kubeconfig", "/does/not/exist")]
    [InlineData(64, "describe", "pod", "--kubeconfig", "/does/not/exist")]
    [InlineData(64, "pc", "log", "a-pod", "--level", "loud")]
    [InlineData(65, "pc", "c", "-f", "/does/not/exist")]
    public async Task Wrong_arguments_end_with_istioctls_exit_codes(int code, params string[] args) =>
        Assert.Equal(code, await CommandTree.RunAsync(args));

    [Fact]
    public async Task A_dump_that_is_none_is_bad_data()
    {
        Assert.Equal(65, await CommandTree.RunAsync(["pc", "r", "-f", TestData.PathOf("clusters.json")]));
        Assert.Equal(0, await CommandTree.RunAsync(["pc", "r", "-f", TestData.PathOf("config_dump.json")]));
    }

    [Theory]
    [InlineData("reviews-v1-abc", "pods", "reviews-v1-abc", "here")]
    [InlineData("reviews-v1-abc.shop", "pods", "reviews-v1-abc", "shop")]
    [InlineData("deploy/reviews-v1", "deployments", "reviews-v1", "here")]
    [InlineData("deployment/reviews-v1.shop", "deployments", "reviews-v1", "shop")]
    [InlineData("svc/reviews", "services", "reviews", "here")]
    public void A_target_is_a_type_a_name_and_a_namespace(string text, string type, string name, string ns) =>
        Assert.Equal(new PodTarget(type, name, ns), PodTarget.Parse(text, "here"));

    [Theory]
    [InlineData("gateway/x")]
    [InlineData("deploy/")]
    [InlineData("a.")]
    [InlineData("deploy/a/b")]
    public void A_target_that_names_no_pod_is_refused(string text) =>
        Assert.Equal(64, Assert.Throws<CommandFailure>(() => PodTarget.Parse(text, "here")).ExitCode);

    [Fact]
    public void A_set_value_goes_to_the_chart_it_names_and_otherwise_to_istiod()
    {
        var values = new ChartValues(["gateway.replicaCount=2", "pilot.traceSampling=5"], ["mine.yaml"]);

        Assert.Equal(["--set", "replicaCount=2"], values.Arguments("gateway", "g", "/r").TakeLast(2));
        Assert.Equal(["-f", "mine.yaml", "--set", "pilot.traceSampling=5"], values.Arguments("istiod", "i", "/r").TakeLast(4));
        Assert.DoesNotContain("--set", values.Arguments("base", "b", "/r"));
    }
}
