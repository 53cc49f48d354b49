namespace Lateen.Simulation.Tests;

using System.Globalization;
using Lateen.Simulation.Tests.Harness;

/// <summary>
/// Two ways to write the same: random rules are written both ways, and random calls must end alike. The seeds are fixed; a case
/// that fails names its own.
/// </summary>
public sealed class EquivalenceTests
{
    private const int CallsPerCase = 30;
    private const string Gateway = """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: edge}
        spec:
          selector: {istio: ingressgateway}
          servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]
        """;

    private static readonly string[] Paths = ["/", "/a", "/a/b", "/a/bc", "/ab", "/b", "/b/a", "/c.d", "/c+d"];
    private static readonly string[] Values = ["one", "two", "onetwo", "ONE"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void At_a_gateway_one_object_means_the_same_as_its_rules_in_objects_of_their_own(int seed)
    {
        var random = new Random(seed);
        List<Rule> rules = Rules(random, 6);
        string whole = VirtualService("whole", 0, [.. rules], "gateways: [edge]");
        string[] parts = [.. rules.Select((rule, i) => VirtualService("part" + i, i, [rule], "gateways: [edge]"))];

        AssertSame(seed, [whole], parts, atGateway: true);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void A_prefix_or_exact_path_means_the_same_as_its_regular_expression(int seed)
    {
        List<Rule> rules = Rules(new Random(seed), 6);

        AssertSame(
            seed,
            [VirtualService("echo", 0, [.. rules])],
            [VirtualService("echo", 0, [.. rules.Select(rule => rule with { AsRegex = true })])]);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Rules_for_different_paths_may_stand_in_any_order(int seed)
    {
        var random = new Random(seed);
        Rule[] rules = [.. Paths.Select((path, i) => new Rule(201 + i, [new Match("exact", path)]))];
        Rule[] shuffled = [.. rules];
        random.Shuffle(shuffled);

        AssertSame(seed, [VirtualService("echo", 0, rules)], [VirtualService("echo", 0, shuffled)]);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void One_rule_with_several_conditions_means_the_same_as_a_rule_for_each(int seed)
    {
        var random = new Random(seed);
        List<Rule> rules = [.. Enumerable.Range(0, 4).Select(i => new Rule(201 + i, [RandomMatch(random), RandomMatch(random)]))];
        Rule[] single = [.. rules.SelectMany(rule => rule.Matches.Select(match => rule with { Matches = [match] }))];

        AssertSame(seed, [VirtualService("echo", 0, [.. rules])], [VirtualService("echo", 0, single)]);
    }

    [Theory]
    [InlineData(41)]
    [InlineData(42)]
    [InlineData(43)]
    public void A_delegate_s_rules_mean_the_same_as_these_rules_in_place(int seed)
    {
        var random = new Random(seed);
        List<Rule> inner = [.. Rules(random, 5).Select(rule => rule with
        {
            Matches = [.. rule.Matches.Select(match => match with { Path = "/a" + match.Path.TrimEnd('/') })],
        })];
        string root = "[{match: [{uri: {prefix: /a}}], delegate: {name: team}}, {directResponse: {status: 404}}]";
        string team = VirtualService("team", 0, [.. inner]).Replace("hosts: [echo]", "", StringComparison.Ordinal);
        Rule last = new(404, []);

        AssertSame(seed, [Worlds.VirtualService("echo", root), team], [VirtualService("echo", 0, [.. inner, last])]);
    }

    [Theory]
    [InlineData(51)]
    [InlineData(52)]
    public void A_header_that_must_not_match_means_the_same_as_the_other_rule_first(int seed)
    {
        var random = new Random(seed);
        string value = Values[random.Next(Values.Length)];
        string without = $"[{{match: [{{withoutHeaders: {{x: {{exact: {value}}}}}}}], directResponse: {{status: 201}}}}, "
            + "{directResponse: {status: 202}}]";
        string with = $"[{{match: [{{headers: {{x: {{exact: {value}}}}}}}], directResponse: {{status: 202}}}}, "
            + "{directResponse: {status: 201}}]";

        AssertSame(seed, [Worlds.VirtualService("echo", without)], [Worlds.VirtualService("echo", with)]);
    }

    [Fact]
    public void Weights_count_relative_to_each_other()
    {
        static int ShareOfFirst(string weights)
        {
            string[] each = weights.Split(':');
            using Mesh mesh = new(5, Worlds.Service("echo", "http", 80), Worlds.Service("other", "http", 80), Worlds.VirtualService(
                "echo",
                $"[{{route: [{{destination: {{host: echo}}, weight: {each[0]}}}, {{destination: {{host: other}}, weight: {each[1]}}}]}}]"));
            mesh.Calls(400, "other", "GET http://echo/");
            return mesh.Pod("echo").App.RequestCount;
        }

        // Four standard deviations of 400 draws at 25 % are 35.
        Assert.All(["1:3", "25:75", "100:300"], weights => Assert.InRange(ShareOfFirst(weights), 65, 135));
    }

    private static void AssertSame(int seed, string[] left, string[] right, bool atGateway = false)
    {
        using Mesh one = World(left);
        using Mesh two = World(right);
        var random = new Random(seed);
        for (int i = 0; i < CallsPerCase; i++)
        {
            string request = (random.Next(3) == 0 ? "POST" : "GET") + " http://echo" + RandomPath(random);
            string[] headers = random.Next(2) == 0 ? ["content-length: 0"] : ["content-length: 0", "x: " + Values[random.Next(Values.Length)]];
            (int, string) expected = Outcome(one, request, headers, atGateway);

            Assert.True(
                expected == Outcome(two, request, headers, atGateway), $"seed {seed}: {request} {headers[^1]} is not {expected} in both");
        }
    }

    private static (int Status, string Workload) Outcome(Mesh mesh, string request, string[] headers, bool atGateway)
    {
        CallResult call = atGateway ? mesh.CallGateway(request, headers) : mesh.Call("echo", request, headers);
        return (call.Status, call.Workload);
    }

    private static Mesh World(string[] rules) => new(1, [Worlds.Gateway, Worlds.Service("echo", "http", 80), Gateway, .. rules]);

    private static string RandomPath(Random random) =>
        Paths[random.Next(Paths.Length)] + (random.Next(4) == 0 ? "/a" : "") + (random.Next(4) == 0 ? "?q=1" : "");

    private static List<Rule> Rules(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Rule(201 + i, [RandomMatch(random)]))];

    // A path of more than "/" or a header, so that no rule takes everything.
    private static Match RandomMatch(Random random) => new(
        random.Next(2) == 0 ? "prefix" : "exact", Paths[random.Next(1, Paths.Length)])
    {
        Header = random.Next(3) == 0 ? Values[random.Next(Values.Length)] : "",
        HeaderKind = random.Next(2) == 0 ? "prefix" : "exact",
        Method = random.Next(4) == 0 ? "POST" : "",
    };

    private static string VirtualService(string name, int age, Rule[] rules, string more = "") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: {{name}}, creationTimestamp: "2026-01-01T00:00:{{age.ToString("00", CultureInfo.InvariantCulture)}}Z"}
        spec:
          hosts: [echo]
          {{more}}
          http: [{{string.Join(", ", rules.Select(rule => rule.ToString()))}}]
        """;

    private sealed record Rule(int Status, Match[] Matches)
    {
        public bool AsRegex { get; init; }

        public override string ToString() =>
            $"{{match: [{string.Join(", ", Matches.Select(match => match.Text(AsRegex)))}], directResponse: {{status: {Status}}}}}";
    }

    private sealed record Match(string Kind, string Path)
    {
        public string Header { get; init; } = "";

        public string HeaderKind { get; init; } = "";

        public string Method { get; init; } = "";

        public string Text(bool asRegex)
        {
            string uri = asRegex ? $"regex: '{Escape(Path)}{(Kind == "prefix" ? ".*" : "")}'" : $"{Kind}: '{Path}'";
            return $"{{uri: {{{uri}}}"
                + (Header.Length == 0 ? "" : $", headers: {{x: {{{HeaderKind}: {Header}}}}}")
                + (Method.Length == 0 ? "" : $", method: {{exact: {Method}}}")
                + "}";
        }

        private static string Escape(string text) => string.Concat(text.Select(c => char.IsLetter(c) || c == '/' ? c.ToString() : "[" + c + "]"));
    }
}
