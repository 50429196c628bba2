import type { Dtype, TowerDtypes } from '../model/types.ts';

/** Which dtypes; without any, those of the configuration. */
export interface DtypeFlags {
  dtype?: Dtype;
  visionDtype?: Dtype;
  textDtype?: Dtype;
}

/** The flags, else what the configuration says. */
export function chooseDtypes({ dtype, visionDtype, textDtype }: DtypeFlags, configured: TowerDtypes): TowerDtypes {
  return {
    visionDtype: visionDtype ?? dtype ?? configured.visionDtype,
    textDtype: textDtype ?? dtype ?? configured.textDtype,
  };
}
