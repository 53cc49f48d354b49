namespace Lateen.Proxy.Xds;

using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

/// <summary>Names the resources of a state-of-the-world response, which say their names inside only.</summary>
internal static class SotwEnvelope
{
    // A resource may come in an envelope that says its time to live.
    public static Resource Unwrap(Any resource, string version)
    {
        const string envelope = "envoy.service.discovery.v3.Resource";
        if (!resource.TypeUrl.EndsWith(envelope, StringComparison.Ordinal))
        {
            return new Resource { Name = NameOf(resource.Value), Version = version, Resource_ = resource };
        }

        try
        {
            Resource inner = Resource.Parser.ParseFrom(resource.Value);
            inner.Name = inner.Name.Length > 0 ? inner.Name : NameOf(inner.Resource_?.Value ?? ByteString.Empty);
            inner.Version = inner.Version.Length > 0 ? inner.Version : version;
            return inner;
        }
        catch (InvalidProtocolBufferException)
        {
            return new Resource { Version = version, Resource_ = resource };
        }
    }

    // In every resource type the name is the string with number 1. What cannot be read is refused later, with the reason.
    private static string NameOf(ByteString encoded)
    {
        try
        {
            CodedInputStream input = encoded.CreateCodedInput();
            for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                if (tag == WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited))
                {
                    return input.ReadString();
                }

                input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return "";
        }

        return "";
    }
}
