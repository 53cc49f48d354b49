namespace Lateen.Api.Tests.Resources;

using System.Text.Json.Nodes;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

public sealed class CrdTests
{
    public static TheoryData<string> Names => [.. CrdGenerator.GenerateAll().Select(NameOf)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_definition_generated_from_the_type_equals_the_committed_one(string name)
    {
        JsonObject definition = CrdGenerator.GenerateAll().Single(candidate => NameOf(candidate) == name);

        Golden.Verify($"crds/{name}.yaml", YamlWriter.Write(definition));
    }

    [Fact]
    public void Schemas_are_structural_every_value_has_a_type_or_keeps_unknown_fields()
    {
        foreach (JsonObject definition in CrdGenerator.GenerateAll())
        {
            foreach (JsonNode? version in definition["spec"]?["versions"]?.AsArray() ?? [])
            {
                CheckStructural(version?["schema"]?["openAPIV3Schema"], NameOf(definition));
            }
        }
    }

    private static void CheckStructural(JsonNode? schema, string path)
    {
        bool open = schema?["x-kubernetes-preserve-unknown-fields"]?.GetValue<bool>() == true;
        Assert.True(schema?["type"] is not null || open, path);
        foreach (KeyValuePair<string, JsonNode?> property in schema?["properties"]?.AsObject() ?? [])
        {
            CheckStructural(property.Value, $"{path}.{property.Key}");
        }

        foreach (string holder in (string[])["items", "additionalProperties"])
        {
            if (schema?[holder] is JsonNode child)
            {
                CheckStructural(child, $"{path}.{holder}");
            }
        }
    }

    private static string NameOf(JsonObject definition) => definition["metadata"]?["name"]?.GetValue<string>() ?? "";
}
