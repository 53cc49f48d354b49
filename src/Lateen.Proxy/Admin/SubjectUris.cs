namespace Lateen.Proxy.Admin;

using System.Formats.Asn1;

/// <summary>The URI names of a subject alternative name extension (RFC 5280 section 4.2.1.6), which the framework does not list.</summary>
internal static class SubjectUris
{
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    public static IEnumerable<string> Read(byte[] extension)
    {
        var names = new List<string>();
        try
        {
            AsnReader sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                if (sequence.PeekTag().HasSameClassAndValue(Uri))
                {
                    names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
                }
                else
                {
                    sequence.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException)
        {
            return names;
        }

        return names;
    }
}
