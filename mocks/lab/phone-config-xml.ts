// What a phone's configuration says in, its XML out: the partial file that leads to CAPF, and the full one with passwords in it.

/** The block that both files share; `certHash` lower-case hex or "". */
export interface ConfigBlock {
  readonly isFull: boolean;
  readonly isEncrypted: boolean;
  readonly certHash: string;
  readonly capfAuthMode: number;
  readonly capfHost: string;
  readonly capfPort: number;
}

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** As printed on paper: `False` with a capital, `encrConfig` without. */
export function partialXml(block: ConfigBlock): Buffer {
  return Buffer.from(`${head}<device>\n${shared(block)}\n</device>\n`);
}

/** Passwords to be hidden from a screen: all of them begin with `Lab-secret-`. */
export function fullXml(name: string, block: ConfigBlock): Buffer {
  return Buffer.from(`${head}<device xsi:type="axl:XIPPhone" ctiid="1" uuid="{b1b1b1b1-0000-4000-8000-${name.slice(3).toLowerCase()}}">
${shared(block)}
<deviceProtocol>SIP</deviceProtocol>
<sshUserId>cisco</sshUserId>
<sshPassword>Lab-secret-ssh</sshPassword>
<devicePool>
<name>Lab &amp; Lobby</name>
<callManagerGroup><members><member priority="0"><callManager><processNodeName>${block.capfHost}</processNodeName></callManager></member></members></callManagerGroup>
</devicePool>
<commonProfile>
<phonePassword>Lab-secret-phone</phonePassword>
<backgroundImageAccess>true</backgroundImageAccess>
</commonProfile>
<sipProfile>
<sipLines>
<line button="1"><name>2001</name><authName>2001</authName><authPassword>Lab-secret-line</authPassword></line>
</sipLines>
</sipProfile>
<vendorConfig>
<webAccess>0</webAccess>
<adminPassword>Lab-secret-admin</adminPassword>
</vendorConfig>
<userLocale><name>Jérôme_Größe</name></userLocale>
</device>
`);
}

function shared({ isFull, isEncrypted, certHash, capfAuthMode, capfHost, capfPort }: ConfigBlock): string {
  return `<fullConfig>${isFull ? "True" : "False"}</fullConfig>
<loadInformation>sip88xx.14-2-1-0101-26</loadInformation>
<ipAddressMode>0</ipAddressMode>
<capfAuthMode>${capfAuthMode}</capfAuthMode>
<capfList>
<capf>
<phonePort>${capfPort}</phonePort>
<processNodeName>${capfHost}</processNodeName>
</capf>
</capfList>
<certHash>${certHash}</certHash>
<encrConfig>${isEncrypted ? "true" : "false"}</encrConfig>`;
}
