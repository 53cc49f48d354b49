namespace Lateen.Local.Tests.ApiServer;

public sealed class CustomResourceTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: boats.example.com}
        spec:
          group: example.com
          names: {kind: Boat, plural: boats, shortNames: [bt]}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            additionalPrinterColumns:
            - {name: Sail, jsonPath: .spec.sail, type: string}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    required: [sail]
                    properties:
                      sail: {type: string, enum: [lateen, square]}
                      masts: {type: integer, default: 1, minimum: 1}
                      crew: {type: array, items: {type: object, properties: {name: {type: string}}}}
                  status: {type: object, x-kubernetes-preserve-unknown-fields: true}
          - name: v1beta1
            served: true
            storage: false
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """;

    private const string Boat = """
        apiVersion: example.com/v1
        kind: Boat
        metadata: {name: dhow}
        spec: {sail: lateen, crew: [{name: Sindbad}]}
        """;

    [Fact]
    public async Task A_definition_is_served_at_once_with_its_columns_defaults_and_versions()
    {
        await cluster.RunAsync("apply -f -", Definition);
        await cluster.RunAsync("wait --for=condition=Established crd/boats.example.com --timeout=10s");

        await cluster.RunAsync("apply -f -", Boat);
        string table = await cluster.RunAsync("get bt");
        string other = await cluster.RunAsync("get boats.v1beta1.example.com dhow -o jsonpath='{.apiVersion} {.spec.masts}'");

        Assert.Contains("SAIL", table);
        Assert.Contains("lateen", table);
        Assert.Equal("example.com/v1beta1 1", other);
        Assert.Contains("masts", await cluster.RunAsync("explain boat.spec"));
    }

    [Fact]
    public async Task Mistakes_are_refused_in_the_words_of_Kubernetes()
    {
        await cluster.RunAsync("apply -f -", Definition);

        KubectlResult unknown = await cluster.KubectlAsync("create -f -", Boat.Replace("{name: Sindbad}", "{nam: Sindbad}"));
        KubectlResult type = await cluster.KubectlAsync("create -f -", Boat.Replace("sail: lateen", "sail: lateen, masts: two"));
        KubectlResult choice = await cluster.KubectlAsync("create -f -", Boat.Replace("sail: lateen", "sail: gaff"));
        KubectlResult missing = await cluster.KubectlAsync("create -f -", Boat.Replace("sail: lateen, ", ""));

        Assert.Contains("Boat in version \"v1\" cannot be handled as a Boat: strict decoding error: unknown field "
            + "\"spec.crew[0].nam\"",
            unknown.Error);
        Assert.Contains("spec.masts: Invalid value: \"string\": spec.masts in body must be of type integer: \"string\"",
            type.Error);
        Assert.Contains("spec.sail: Unsupported value: \"gaff\": supported values: \"lateen\", \"square\"", choice.Error);
        Assert.Contains("spec.sail: Required value", missing.Error);
    }
}
