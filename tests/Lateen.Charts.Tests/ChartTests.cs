namespace Lateen.Charts.Tests;

using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

public sealed class ChartTests
{
    public static TheoryData<string, string> EveryChartWithEveryHelm { get; } = new(
        from major in new[] { "3", "4" } from chart in new[] { "base", "istiod", "gateway" } select (major, chart));

    [Theory]
    [MemberData(nameof(EveryChartWithEveryHelm))]
    public void A_chart_passes_the_strict_lint(string major, string chart)
    {
        (int exitCode, string output, _) = Helm.Run(major, "lint", "--strict", $"charts/{chart}");

        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData("base", "istio-base", "base-local.yaml")]
    [InlineData("istiod", "istiod", "istiod-local.yaml")]
    [InlineData("gateway", "istio-ingressgateway", "gateway-local.yaml")]
    public void The_committed_manifest_is_what_helm_renders(string chart, string release, string values)
    {
        string[] more = values.Length > 0 ? ["-f", $"charts/values/{values}"] : [];

        (int exitCode, string output, string error) =
            Helm.Run("4", ["template", release, $"charts/{chart}", "--namespace", "istio-system", "--no-hooks", .. more]);

        Assert.True(exitCode == 0, error);
        Assert.Equal(File.ReadAllText(Path.Combine(Helm.Root, "charts", "rendered", chart + ".yaml")), output);
    }

    [Theory]
    [InlineData("istiod", "meshConfig.acessLogFile=/dev/stdout", "acessLogFile")]
    [InlineData("istiod", "global.proxy.loglevel=debug", "loglevel")]
    [InlineData("gateway", "service.typ=NodePort", "typ")]
    [InlineData("base", "defaultRevison=x", "defaultRevison")]
    public void A_misspelt_value_is_named(string chart, string value, string named)
    {
        (int exitCode, _, string error) = Helm.Run("4", "template", "x", $"charts/{chart}", "--set", value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, error);
    }

    [Theory]
    [InlineData("cni", "repair.enabled=true")]
    [InlineData("cni", "chained=false")]
    [InlineData("cni", "ambient.enabled=true")]
    [InlineData("istiod", "global.externalIstiod=true")]
    [InlineData("istiod", "profile=nonsense")]
    [InlineData("gateway", "networkGateway=network1")]
    public void A_value_that_would_have_no_effect_is_refused_and_not_ignored(string chart, string value)
    {
        (int exitCode, _, string error) = Helm.Run("4", "template", "x", $"charts/{chart}", "--set", value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(value.Split('=')[0], error);
    }

    [Fact]
    public void A_revision_renames_every_resource_of_istiod()
    {
        (_, string output, _) = Helm.Run("4", "template", "istiod", "charts/istiod", "-n", "istio-system", "--set", "revision=canary");

        Assert.Contains("name: istiod-canary\n", output);
        Assert.Contains("name: istio-sidecar-injector-canary\n", output);
        Assert.Contains("name: istio-canary\n", output);
        Assert.DoesNotContain("\n  name: istiod\n", output);
    }

    [Fact]
    public void The_demo_profile_switches_the_access_log_on_and_the_user_s_value_wins()
    {
        (_, string demo, _) = Helm.Run("4", "template", "istiod", "charts/istiod", "--set", "profile=demo");
        (_, string own, _) = Helm.Run("4", "template", "istiod", "charts/istiod", "--set", "profile=demo,meshConfig.accessLogFile=/tmp/x");

        Assert.Contains("accessLogFile: /dev/stdout", demo);
        Assert.Contains("accessLogFile: /tmp/x", own);
    }

    [Fact]
    public void The_base_chart_carries_the_definitions_that_the_types_generate()
    {
        AssertGenerated(Path.Combine(Helm.Root, "charts", "base", "files"), CrdGenerator.GenerateAll());
        AssertGenerated(Path.Combine(Helm.Root, "charts", "base", "files", "gateway-api"), CrdGenerator.GenerateGatewayApi());
    }

    [Fact]
    public void The_gateway_api_s_definitions_are_installed_only_when_asked_for()
    {
        (_, string without, _) = Helm.Run("4", "template", "x", "charts/base");
        (_, string with, _) = Helm.Run("4", "template", "x", "charts/base", "--set", "base.enableGatewayAPICRDs=true");

        Assert.DoesNotContain("name: httproutes.gateway.networking.k8s.io", without);
        Assert.Contains("name: httproutes.gateway.networking.k8s.io", with);
    }

    private static void AssertGenerated(string folder, IReadOnlyList<JsonObject> definitions)
    {
        foreach (JsonObject definition in definitions)
        {
            string path = Path.Combine(folder, $"crd-{definition["spec"]?["names"]?["plural"]}.yaml");
            string generated = YamlWriter.Write(definition);
            if (Environment.GetEnvironmentVariable("LATEEN_UPDATE_GOLDEN") == "1")
            {
                File.WriteAllText(path, generated);
            }

            Assert.Equal(generated, File.ReadAllText(path));
        }
    }
}
