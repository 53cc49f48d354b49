namespace Lateen.Local.ApiServer.Http;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Security;
using Microsoft.AspNetCore.Http;

/// <summary>Token, subject and access reviews: answered, never stored.</summary>
internal sealed class ReviewHandler(ServiceAccountTokens tokens, RbacAuthorizer authorizer)
{
    public async Task HandleAsync(HttpContext http, ResourceDefinition resource, ApiRequest request, RequestContext context)
    {
        if (request.Verb != "create")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        JsonObject review = await RequestBody.ReadObjectAsync(http, null).ConfigureAwait(false);
        var decoder = new ObjectDecoder(resource);
        decoder.Enforce(decoder.Decode(review, []), context);
        review["apiVersion"] = resource.Type.ApiVersion;
        review["kind"] = resource.Type.Kind;
        review.Ensure("metadata");
        review["status"] = resource.Type.Plural switch
        {
            "tokenreviews" => TokenStatus(review),
            "selfsubjectreviews" => new JsonObject { ["userInfo"] = UserInfo(context.User) },
            "selfsubjectrulesreviews" => Rules(context.User, review.Str("spec", "namespace")),
            "selfsubjectaccessreviews" => Access(context.User, review, null),
            "localsubjectaccessreviews" => Access(UserOf(review), review, request.Namespace),
            _ => Access(UserOf(review), review, null),
        };
        Responses.AddWarnings(http, context);
        await Responses.WriteAsync(http, 201, review).ConfigureAwait(false);
    }

    public static JsonObject UserInfo(UserIdentity user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
        {
            info["uid"] = user.Uid;
        }

        info["groups"] = user.Groups.ToJsonArray();
        if (user.Extra.Count > 0)
        {
            info["extra"] = new JsonObject(user.Extra.Select(pair =>
                KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.ToJsonArray())));
        }

        return info;
    }

    private JsonObject TokenStatus(JsonObject review)
    {
        List<string> audiences = [.. review.Arr("spec", "audiences").Strings()];
        if (tokens.Verify(review.Str("spec", "token") ?? "", audiences) is not { } verified)
        {
            return new JsonObject { ["user"] = new JsonObject(), ["error"] =
                "[invalid bearer token, token is expired, revoked or not "
                + "meant for the requested audiences]" };
        }

        return new JsonObject
        {
            ["authenticated"] = true, ["user"] = UserInfo(verified.User), ["audiences"] = verified.Audiences.ToJsonArray(),
        };
    }

    private JsonObject Access(UserIdentity user, JsonObject review, string? ns)
    {
        JsonObject? resource = review.Obj("spec", "resourceAttributes");
        JsonObject? path = review.Obj("spec", "nonResourceAttributes");
        string plural = resource.Str("resource") ?? "";
        string qualified = resource.Str("subresource") is { Length: > 0 } subresource ? $"{plural}/{subresource}" : plural;
        AccessAttributes asked = resource is not null
            ? new AccessAttributes(resource.Str("verb") ?? "", resource.Str("group") ?? "", qualified,
                ns ?? resource.Str("namespace"),
                resource.Str("name"), null)
            : new AccessAttributes(path.Str("verb") ?? "", "", "", null, null, path.Str("path") ?? "");
        bool allowed = authorizer.Allows(user, asked);
        var status = new JsonObject { ["allowed"] = allowed };
        if (allowed)
        {
            status["reason"] = user.IsMaster ? "" : "RBAC: allowed";
        }

        return status;
    }

    private JsonObject Rules(UserIdentity user, string? ns)
    {
        var resources = new JsonArray();
        var paths = new JsonArray();
        IEnumerable<JsonObject> rules = user.IsMaster ? BootstrapRoles.EverythingRules() : authorizer.RulesFor(user, ns);
        foreach (JsonObject rule in rules)
        {
            if (rule.Arr("nonResourceURLs") is not null)
            {
                paths.Add(new JsonObject
                {
                    ["verbs"] = rule["verbs"]?.DeepClone(), ["nonResourceURLs"] = rule["nonResourceURLs"]?.DeepClone(),
                });
            }
            else
            {
                resources.Add(rule.DeepClone());
            }
        }

        return new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = false };
    }

    private static UserIdentity UserOf(JsonObject review)
    {
        JsonObject spec = review.Obj("spec") ?? [];
        return new UserIdentity(spec.Str("user") ?? "", spec.Str("uid") ?? "", [.. spec.Arr("groups").Strings()],
            new Dictionary<string, string[]>());
    }
}
