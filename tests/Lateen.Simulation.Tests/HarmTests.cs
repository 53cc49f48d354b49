namespace Lateen.Simulation.Tests;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Status;
using Lateen.Control.Validation;
using Lateen.Simulation.Tests.Harness;

/// <summary>A wrong object never hurts another: whatever one namespace applies, bookinfo of another keeps answering.</summary>
public sealed class HarmTests
{
    private const int Objects = 150;

    private static readonly string[] Calls =
        ["GET http://reviews:9080/reviews/0", "GET http://details:9080/details/0", "GET http://ratings:9080/ratings/0"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_objects_of_another_namespace_leave_bookinfo_alone_and_each_says_what_became_of_it(int seed)
    {
        using Mesh mesh = Bookinfo();
        var random = new RandomObjects(seed);
        int rejected = 0;
        int applied = 0;
        for (int i = 0; i < Objects; i++)
        {
            JsonObject candidate = random.Next();
            IReadOnlyList<Finding> errors = Errors(candidate);
            Assert.All(errors, error => Assert.True(error.Path.Length > 0 && error.Message.Length > 0, $"{error} says too little of {candidate}"));
            rejected += errors.Count > 0 ? 1 : 0;
            if (RandomObjects.Mended(candidate, Errors) is { } valid)
            {
                applied++;
                mesh.Apply(valid.ToJsonString());
                AssertPageAnswers(mesh, valid);
            }
        }

        AssertPageAnswers(mesh, null);
        Assert.True(rejected > 30 && applied > 30, $"{rejected} rejected and {applied} applied objects prove little");
        Assert.All(mesh.Statuses(), AssertSaysWhy);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Invalid_objects_that_are_stored_because_nobody_checked_them_hurt_nothing_either(int seed)
    {
        using Mesh mesh = Bookinfo();
        var random = new RandomObjects(seed);
        int stored = 0;
        for (int i = 0; i < Objects; i++)
        {
            JsonObject candidate = random.Next();
            if (Errors(candidate).Count > 0 && Mesh.CanStore(candidate))
            {
                stored++;
                mesh.Apply(candidate.ToJsonString());
                AssertPageAnswers(mesh, candidate);
            }
        }

        Assert.True(stored > 3, $"{stored} stored objects prove little");
        Assert.All(mesh.Statuses(), AssertSaysWhy);
    }

    private static Mesh Bookinfo() => Mesh.Bookinfo(
        Yaml.File("samples/bookinfo/networking/bookinfo-gateway.yaml"),
        Yaml.File("samples/bookinfo/networking/destination-rule-all.yaml"),
        Yaml.File("samples/bookinfo/networking/virtual-service-all-v1.yaml"));

    private static IReadOnlyList<Finding> Errors(JsonObject candidate) =>
        [.. Validator.Validate(candidate["apiVersion"]!.ToString(), candidate["kind"]!.ToString(), candidate).Where(f => f.Severity is Severity.Error)];

    private static void AssertPageAnswers(Mesh mesh, JsonObject? after)
    {
        CallResult page = mesh.CallGateway("GET http://bookinfo.example/productpage");
        Assert.True(page is { Status: 200, Workload: "productpage-v1" }, $"the page: {page.Status} {page.Body} after {after}");
        foreach (string call in Calls)
        {
            CallResult result = mesh.Call("productpage", call);
            Assert.True(result.Status == 200 && result.Workload.EndsWith("-v1", StringComparison.Ordinal), $"{call}: {result.Status} {result.Body} after {after}");
        }
    }

    private static void AssertSaysWhy(ObjectStatus status)
    {
        foreach (ConditionStatus condition in status.Conditions)
        {
            Assert.True(condition.Reason.Length > 0, $"{status.Key}: {condition.Type} has no reason");
            Assert.True(condition.IsTrue || condition.Message.Length > 0, $"{status.Key}: {condition.Type} is false and does not say why");
        }
    }
}
