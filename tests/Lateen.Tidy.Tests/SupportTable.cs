namespace Lateen.Tidy.Tests;

using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Lateen.Api.Resources.Schemas;

/// <summary>
/// What becomes of each field of each kind, from two sources that cannot drift: the types that define the fields, and the tests that are
/// tagged with the field they prove.
/// </summary>
internal static partial class SupportTable
{
    public const string File = "docs/support.md";

    // The same policy block again; its fields stand once, under spec.trafficPolicy.
    private static readonly string[] Repeated = [".portLevelSettings", ".subsets.trafficPolicy", "ServiceEntry.spec.endpoints"];

    // Fields of the Gateway API that its status refuses by name (GatewayApi/GatewayReader, RouteReader): the schema must take them,
    // because objects written for other implementations have to be storable.
    private static readonly string[] RefusedInStatus =
    [
        ".sessionPersistence", ".externalAuth", ".extensionRef", ".useDefaultGateways", ".infrastructure.parametersRef", ".allowedListeners",
        ".listeners.tls", ".backendTLS", ".defaultScope", "k8s.io/Gateway.spec.tls", "GatewayClass.spec.parametersRef",
    ];

    // For people: nothing is decided by them.
    private static readonly string[] Descriptive =
    [
        "Gateway.spec.servers.port.name", "Gateway.spec.servers.name", "GatewayClass.spec.description", "GRPCRoute.spec.rules.name",
        "TCPRoute.spec.rules.name", "TLSRoute.spec.rules.name",
    ];

    /// <summary>Tests by the field they prove.</summary>
    public static ILookup<string, string> Proofs { get; } = ReadProofs().ToLookup(proof => proof.Field, proof => proof.Test, StringComparer.Ordinal);

    /// <summary>Every field that holds a value of its own, in the order of the types.</summary>
    public static IReadOnlyList<(string Kind, string Path, SchemaNode Node)> Fields { get; } =
        [.. KnownResources.All.Concat(KnownResources.GatewayApi).SelectMany(FieldsOf)];

    /// <summary>Tests of the field, or of the smallest block around it that has any.</summary>
    public static string[] ProofsOf(string path)
    {
        if (Repeated.Any(end => path.EndsWith(end, StringComparison.Ordinal)))
        {
            return [.. Proofs.Where(proof => proof.Key == path || proof.Key.StartsWith(path + ".", StringComparison.Ordinal))
                .SelectMany(proof => proof).Distinct().Order(StringComparer.Ordinal)];
        }

        for (string at = path; at.Contains(".spec.", StringComparison.Ordinal); at = at[..at.LastIndexOf('.')])
        {
            if (Proofs.Contains(at))
            {
                return [.. Proofs[at].Distinct().Order(StringComparer.Ordinal)];
            }
        }

        return [];
    }

    /// <summary>What becomes of a field: "acts", "describes", "refused" when it is applied, or "refused in status".</summary>
    public static string StateOf(string path, SchemaNode node) =>
        node.NotYetEnforced ? "refused"
        : RefusedInStatus.Any(part => path.Contains(part, StringComparison.Ordinal)) ? "refused in status"
        : Descriptive.Contains(path) ? "describes" : "acts";

    public static string Text()
    {
        var text = new StringBuilder("""
            # What is supported

            Every field of every kind that can be applied, and the tests that prove what it does. A field that is *refused* is rejected when it is
            applied, with a message that says so; one that is *refused in status* can be stored, and the object's conditions say that it has no
            effect. This page is generated from the types and from the tests
            (`LATEEN_UPDATE_GOLDEN=1 dotnet run --project tests/Lateen.Tidy.Tests`).

            """);
        foreach (IGrouping<string, (string Kind, string Path, SchemaNode Node)> kind in Fields.GroupBy(field => field.Kind))
        {
            int acting = kind.Count(field => StateOf(field.Path, field.Node) == "acts");
            text.Append(CultureInfo.InvariantCulture, $"\n## {kind.Key}\n\n{acting} of {kind.Count()} fields act.\n\n| field | | proved by |\n|---|---|---|\n");
            foreach ((string name, string path, SchemaNode node) in kind)
            {
                string state = StateOf(path, node);
                string[] tests = state == "acts" ? ProofsOf(path) : [];
                string more = tests.Length > 2 ? $" and {tests.Length - 2} more" : "";
                string shown = string.Join("; ", tests.Take(2).Select(test => test.Replace('_', ' '))) + more;
                text.Append(CultureInfo.InvariantCulture, $"| `{path[(name.Length + 1)..]}` | {state} | {shown} |\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string Kind, string Path, SchemaNode Node)> FieldsOf(Type type)
    {
        string group = type.GetCustomAttribute<CustomResourceAttribute>()?.Group ?? "";
        string kind = type.GetCustomAttribute<CustomResourceAttribute>()?.Kind ?? type.Name;
        // Both groups have a Gateway.
        string name = group.StartsWith("gateway.networking", StringComparison.Ordinal) && kind == "Gateway" ? "gateway.networking.k8s.io/Gateway" : kind;
        SchemaNode spec = SchemaReader.Read(type).Properties.GetValueOrDefault("spec") ?? new SchemaNode { Kind = SchemaKind.Any };
        return Walk(name, name + ".spec", spec);
    }

    private static IEnumerable<(string Kind, string Path, SchemaNode Node)> Walk(string kind, string path, SchemaNode node)
    {
        SchemaNode inner = node;
        while (inner.Kind is SchemaKind.Array or SchemaKind.Map && inner.Items is { } items)
        {
            inner = items with { NotYetEnforced = node.NotYetEnforced };
        }

        bool isLeaf = inner.Kind is not SchemaKind.Object || inner.Properties.Count == 0 || node.NotYetEnforced
            || IsStringMatch(inner) || Repeated.Any(end => path.EndsWith(end, StringComparison.Ordinal));
        return isLeaf
            ? [(kind, path, node)]
            : inner.Properties.SelectMany(property => Walk(kind, $"{path}.{property.Key}", property.Value));
    }

    private static bool IsStringMatch(SchemaNode node) => node.Properties.Keys.SequenceEqual(["exact", "prefix", "regex"]);

    private static IEnumerable<(string Field, string Test)> ReadProofs()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories))
        {
            List<string> fields = [];
            foreach (string line in System.IO.File.ReadLines(file))
            {
                if (Tag().Match(line) is { Success: true } tag)
                {
                    fields.AddRange(Tag().Matches(line).Select(match => match.Groups["field"].Value));
                }
                else if (fields.Count > 0 && Method().Match(line) is { Success: true } method)
                {
                    foreach (string field in fields)
                    {
                        yield return (field, method.Groups["name"].Value);
                    }

                    fields.Clear();
                }
            }
        }
    }

    [GeneratedRegex("""Trait\("field", "(?<field>[^"]+)"\)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^\s+public .*?(?<name>\w+)\(", RegexOptions.ExplicitCapture)]
    private static partial Regex Method();
}
