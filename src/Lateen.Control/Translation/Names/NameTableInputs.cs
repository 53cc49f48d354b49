namespace Lateen.Control.Translation.Names;

using Lateen.Api.Names;

/// <summary>Everything a name table depends on.</summary>
internal sealed record NameTableInputs(ValueList<NameEntry> Entries);

/// <summary>Addresses of one name.</summary>
/// <param name="Host">The full name, which may be a *. wildcard.</param>
/// <param name="Addresses">IP addresses.</param>
/// <param name="Registry">Kubernetes or External.</param>
/// <param name="ShortName">A Kubernetes service's own name, from which the agent makes the shorter forms.</param>
/// <param name="Namespace">Its namespace.</param>
internal sealed record NameEntry(string Host, ValueList<string> Addresses, string Registry, string ShortName, string Namespace);
