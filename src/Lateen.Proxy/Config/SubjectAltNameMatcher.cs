namespace Lateen.Proxy.Config;

/// <summary>Matches one kind of name in a certificate.</summary>
public sealed record SubjectAltNameMatcher(SubjectAltNameKind Kind, StringMatcher Matcher);
