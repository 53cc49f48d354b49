namespace Lateen.Local.ApiServer.Security;

using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>
/// Acting as somebody else (kubectl --as, --as-group): allowed where RBAC grants verb impersonate on each user, group or service
/// account that is named. Never ignored: the caller would believe to have asked with fewer rights.
/// </summary>
internal sealed class Impersonation(RbacAuthorizer authorizer)
{
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    private static readonly Dictionary<string, string[]> NoExtra = [];

    public UserIdentity Apply(UserIdentity caller, IHeaderDictionary headers)
    {
        string name = headers[UserHeader].ToString();
        if (name.Length == 0)
        {
            return headers.Keys.Any(k => k.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase))
                ? throw new ApiException(400, "BadRequest", "requested impersonation without naming a user: give --as as well")
                : caller;
        }

        List<string> groups = [.. headers[GroupHeader].OfType<string>()];
        string[] account = name.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) ? name[ServiceAccountPrefix.Length..].Split(':') : [];
        Check(caller, account is [_, _]
            ? new AccessAttributes("impersonate", "", "serviceaccounts", account[0], account[1], null)
            : new AccessAttributes("impersonate", "", "users", null, name, null));
        foreach (string group in groups)
        {
            Check(caller, new AccessAttributes("impersonate", "", "groups", null, group, null));
        }

        if (account is [var ns, _])
        {
            groups.AddRange(["system:serviceaccounts", $"system:serviceaccounts:{ns}"]);
        }

        groups.Add("system:authenticated");
        return new UserIdentity(name, "", groups, NoExtra);
    }

    private void Check(UserIdentity caller, AccessAttributes asked)
    {
        if (!authorizer.Allows(caller, asked))
        {
            throw new ApiException(403, "Forbidden",
                $"{asked.Resource} \"{asked.Name}\" is forbidden: "
                + $"User \"{caller.Name}\" cannot impersonate resource \"{asked.Resource}\" in API group \"\"");
        }
    }
}
